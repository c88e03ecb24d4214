package main

import (
	"context"

	"example.com/shop/internal/jobs"
)

func main() {
	jobs.Run(context.Background())
}
