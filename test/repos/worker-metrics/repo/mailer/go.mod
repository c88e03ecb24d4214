module w
go 1.22
require (
 github.com/nats-io/nats.go v1.30.0
 github.com/prometheus/client_golang v1.19.0
)
