package main

import (
	"flag"

	"github.com/zeromicro/go-zero/core/conf"
	"github.com/zeromicro/go-zero/rest"
)

func main() {
	file := flag.String("f", "etc/orders-api.yaml", "the configuration")
	flag.Parse()
	var c rest.RestConf
	conf.MustLoad(*file, &c)
	server := rest.MustNewServer(c)
	defer server.Stop()
	server.Start()
}
