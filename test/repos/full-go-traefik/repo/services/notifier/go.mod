module example.com/notifier
require github.com/nats-io/nats.go v1.37.0
