package main

import "example.com/shop/internal/web"

func main() {
	web.Router().Run(":8081")
}
