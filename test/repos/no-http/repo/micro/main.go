package main

import (
	"github.com/micro/go-micro/v2"

	pb "shop/micro/proto"
)

func main() {
	srv := micro.NewService(micro.Name("shop.users"))
	pb.RegisterUserServiceHandler(srv.Server(), new(handler))
	srv.Run()
}
