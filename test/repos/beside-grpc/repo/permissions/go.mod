module example.com/permissions

go 1.24

require (
	github.com/prometheus/client_golang v1.23.0
	google.golang.org/grpc v1.70.0
)
