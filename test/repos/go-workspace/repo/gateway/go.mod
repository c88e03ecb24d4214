module example.com/shop/gateway

go 1.24

require example.com/shop/pkg v0.0.0
