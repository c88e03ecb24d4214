package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc"
)

func main() {
	go http.ListenAndServe(":9090", promhttp.Handler())
	server := grpc.NewServer()
	RegisterPermissionsServer(server, nil)
}
