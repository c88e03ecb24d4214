module example.com/checkout

go 1.26

require google.golang.org/grpc v1.76.0
