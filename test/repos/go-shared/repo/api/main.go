package main

import "example.com/shared/web"

func main() { web.Serve() }
