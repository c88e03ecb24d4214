module example.com/shop/services/billing

go 1.24

require go.temporal.io/sdk v1.35.0
