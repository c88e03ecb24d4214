package main

import (
	"net"
	"net/http"

	"google.golang.org/grpc"
)

func main() {
	listener, _ := net.Listen("tcp", ":8080")
	go grpc.NewServer().Serve(listener)
	http.ListenAndServe(":8980", http.NewServeMux())
}
