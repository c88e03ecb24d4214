module example.com/shop/services/mailer

go 1.24
