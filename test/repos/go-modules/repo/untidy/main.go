package main

import "github.com/gofiber/fiber/v2"

func main() { fiber.New().Listen(":8080") }
