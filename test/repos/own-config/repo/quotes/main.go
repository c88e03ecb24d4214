package main

import "github.com/gin-gonic/gin"

func main() {
	c := load("conf")
	gin.Default().Run(c.Addr())
}
