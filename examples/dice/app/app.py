"""Rolls a die. The odds decide whether it lands, falls off the table (404) or breaks (500)."""

import os
import random
import time

from flask import Flask, abort
from prometheus_client import Counter
from prometheus_flask_exporter.multiprocess import GunicornInternalPrometheusMetrics

ODDS = [float(share) for share in os.environ.get("ODDS", "92 6 2").split()]

app = Flask(__name__)
metrics = GunicornInternalPrometheusMetrics(app, group_by="url_rule")

rolls = Counter("dice_rolls_total", "Dice that landed, by face", ["face"])
# A counter that first appears with the value 1 shows no increase: every face starts at 0.
for face in range(1, 7):
    rolls.labels(face)


@app.get("/roll")
def roll():
    time.sleep(random.uniform(0.005, 0.08))
    [status] = random.choices([200, 404, 500], ODDS)
    if status == 404:
        abort(404, "The die fell off the table.")
    if status == 500:
        raise RuntimeError("the die broke")
    face = random.randint(1, 6)
    rolls.labels(face).inc()
    return {"face": face}


@app.get("/healthz")
@metrics.do_not_track()
def healthz():
    return "ok\n"
