import requests


def place(quote):
    requests.post("https://exchange.example/orders", data=quote)
