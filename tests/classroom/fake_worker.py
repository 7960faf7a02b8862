"""A worker that grades nothing, for the pool's own tests: what it does is written in the submission."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

from grader.classroom import frames
from grader.classroom.task import Task


def main(descriptor: int) -> None:
    pool = socket.socket(fileno=descriptor)
    incoming = frames.messages(pool)
    next(incoming)
    if os.environ.get("FAKE_NEVER_READY"):
        sys.exit("out of paint")
    frames.send(pool, {"ready": True})
    for order in incoming:
        what, _, rest = Task.from_json(order["task"]).source.decode().partition(" ")
        if what == "dies":
            os._exit(9)
        if what == "dies-once" and not Path(rest).exists():
            Path(rest).touch()
            os._exit(9)
        if what == "hangs":
            time.sleep(60)
        if what == "faults":
            frames.send(pool, {"id": order["id"], "fault": "OSError: no paint"})
            continue
        if what == "other-kit":
            frames.send(pool, {"id": order["id"], "unfit": "another kit"})
            continue
        time.sleep(0.002)
        frames.send(pool, {"id": order["id"], "report": f"report of {rest}"})
