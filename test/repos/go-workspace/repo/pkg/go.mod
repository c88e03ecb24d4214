module example.com/shop/pkg

go 1.24

require (
	github.com/nats-io/nats.go v1.42.0
	github.com/go-chi/chi/v5 v5.2.0
)
