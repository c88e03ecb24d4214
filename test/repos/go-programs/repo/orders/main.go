package main

import (
	"net"

	"example.com/orders/pb"
	"google.golang.org/grpc"
)

func main() {
	listener, _ := net.Listen("tcp", ":14000")
	server := grpc.NewServer()
	pb.RegisterOrdersServer(server, &orders{})
	server.Serve(listener)
}
