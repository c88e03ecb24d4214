module example.com/gin

go 1.23

require (
	github.com/gin-gonic/gin v1.10.0
	github.com/prometheus/client_golang v1.20.5
	github.com/labstack/echo/v4 v4.12.0 // indirect
)
