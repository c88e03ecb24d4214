module example.com/auth

go 1.24

require (
	example.com/shared v0.0.0
	google.golang.org/grpc v1.70.0
)
