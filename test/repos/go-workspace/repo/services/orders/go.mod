module example.com/shop/services/orders

go 1.24
