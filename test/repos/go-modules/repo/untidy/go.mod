module example.com/untidy

go 1.26

require github.com/go-chi/chi/v5 v5.2.0

require github.com/gofiber/fiber/v2 v2.52.0 // indirect
