await app.listen(port)
