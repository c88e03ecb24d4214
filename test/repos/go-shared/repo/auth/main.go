package main

import (
	"net"

	"example.com/shared/errors"
	"google.golang.org/grpc"
)

func main() {
	listener, _ := net.Listen("tcp", ":50051")
	server := grpc.NewServer()
	RegisterAuthServer(server, errors.NotFound())
	server.Serve(listener)
}
