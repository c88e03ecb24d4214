package main

import "example.com/shop/pkg/web"

func main() { web.Serve(":8080") }
