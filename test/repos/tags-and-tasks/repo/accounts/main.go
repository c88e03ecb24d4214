package main

import (
	"os"

	"github.com/gin-gonic/gin"
)

func main() { gin.Default().Run(":" + os.Getenv("PORT")) }
