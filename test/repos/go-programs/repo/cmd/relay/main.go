package main

import (
	"example.com/shop/internal/jobs"
	"example.com/shop/internal/model"
	"context"
)

func main() {
	_ = model.Form
	jobs.Run(context.Background())
}
