package main

import (
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

func main() {
	temporal, _ := client.Dial(client.Options{})
	w := worker.New(temporal, "billing", worker.Options{})
	w.Run(worker.InterruptCh())
}
