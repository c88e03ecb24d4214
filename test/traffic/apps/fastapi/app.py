import asyncio

from fastapi import FastAPI, Response
from prometheus_fastapi_instrumentator import Instrumentator

app = FastAPI()
Instrumentator(
    should_group_status_codes=False,
    should_instrument_requests_inprogress=True,
    excluded_handlers=["/metrics"],
).instrument(
    app, latency_lowr_buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
).expose(app, include_in_schema=False)


@app.get("/")
async def home():
    return "ok"


@app.get("/hello/{name}")
async def hello(name: str):
    return f"hello {name}"


@app.get("/items/{id}")
async def item(id: str):
    return Response(status_code=404)


@app.post("/items")
async def create():
    return Response(status_code=201)


@app.get("/slow")
async def slow(ms: int):
    await asyncio.sleep(ms / 1000)
    return "ok"


@app.get("/boom")
async def boom():
    raise RuntimeError("boom")
