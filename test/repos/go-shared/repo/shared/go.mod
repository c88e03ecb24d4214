module example.com/shared

go 1.24

require (
	github.com/labstack/echo/v4 v4.13.0
	github.com/go-chi/chi/v5 v5.2.0
)
