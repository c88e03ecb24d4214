"""Rolls the die a few times a second, for ever."""

import os
import time
import urllib.error
import urllib.request

TARGET = os.environ.get("TARGET", "http://app:8000")
PER_SECOND = float(os.environ.get("ROLLS_PER_SECOND", "5"))


def roll() -> None:
    try:
        with urllib.request.urlopen(f"{TARGET}/roll", timeout=10) as response:
            response.read()
    except urllib.error.HTTPError as answer:
        answer.close()
    except OSError as error:
        print(f"/roll: {error}")


print(f"rolling {PER_SECOND:g} times a second at {TARGET}")
while True:
    started = time.monotonic()
    roll()
    time.sleep(max(0.0, 1 / PER_SECOND - (time.monotonic() - started)))
