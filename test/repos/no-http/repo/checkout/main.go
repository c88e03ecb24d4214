package main

import (
	"net"
	"net/http"

	"google.golang.org/grpc"
)

var client = &http.Client{Transport: http.DefaultTransport}

func main() {
	listener, _ := net.Listen("tcp", ":5050")
	server := grpc.NewServer()
	pb.RegisterCheckoutServiceServer(server, &checkout{client})
	server.Serve(listener)
}
