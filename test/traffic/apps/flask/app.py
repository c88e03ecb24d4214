import time

from flask import Flask, request
from prometheus_flask_exporter.multiprocess import GunicornInternalPrometheusMetrics

app = Flask(__name__)
metrics = GunicornInternalPrometheusMetrics(app, group_by="url_rule")


@app.get("/")
def home():
    return "ok"


@app.get("/hello/<name>")
def hello(name):
    return f"hello {name}"


@app.get("/items/<id>")
def item(id):
    return "no such item", 404


@app.post("/items")
def create():
    return "created", 201


@app.get("/slow")
def slow():
    time.sleep(int(request.args["ms"]) / 1000)
    return "ok"


@app.get("/boom")
def boom():
    raise RuntimeError("boom")
