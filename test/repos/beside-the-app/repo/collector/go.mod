module example.com/collector

go 1.25

require (
	github.com/prometheus/client_golang v1.23.2
	google.golang.org/grpc v1.79.0
)
