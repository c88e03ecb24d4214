package main

import (
	"os"
	"os/signal"

	"example.com/shop/pkg/bus"
)

func main() {
	connection, _ := bus.Connect(os.Getenv("NATS_URL"))
	connection.QueueSubscribe("orders.*", "orders", nil)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	<-stop
}
