"""Pairs players: whoever comes meets the one who has waited longest, or waits."""

import os

from fastapi import FastAPI
from prometheus_fastapi_instrumentator import Instrumentator
from pydantic import BaseModel, Field
from redis.asyncio import Redis

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

app = FastAPI()
queue = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True, socket_timeout=2, socket_connect_timeout=2)

Instrumentator(
    should_group_status_codes=False,
    should_instrument_requests_inprogress=True,
    excluded_handlers=["/metrics", "/healthz"],
).instrument(app, latency_lowr_buckets=BUCKETS).expose(app, include_in_schema=False)


class Player(BaseModel):
    name: str = Field(pattern="^[a-z0-9-]{1,20}$")


@app.post("/players")
async def enter(player: Player) -> dict[str, str | None]:
    opponent = await queue.lpop("waiting")
    if opponent in (None, player.name):
        await queue.rpush("waiting", player.name)
        return {"opponent": None}
    return {"opponent": opponent}


@app.delete("/players/{name}", status_code=204)
async def leave(name: str) -> None:
    await queue.lrem("waiting", 0, name)


@app.get("/healthz")
async def healthz() -> str:
    await queue.ping()
    return "ok"
