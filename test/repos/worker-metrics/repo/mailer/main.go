package main

import (
	"net/http"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	nats.Connect("nats://nats:4222")
	http.Handle("/metrics", promhttp.Handler())
	http.ListenAndServe(":9100", nil)
}
