module shop/micro

go 1.24

require github.com/micro/go-micro/v2 v2.9.1
