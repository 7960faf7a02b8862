"""A worker of the local pool: a process that grades some tasks at a time until the pool's end of the socket is closed.

It holds warm parents over all tasks, and runs no learner's code itself.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from grader.challenge import Kit
from grader.classroom import frames
from grader.classroom.judge import Judge, Unfit
from grader.classroom.task import Task
from grader.errors import GraderFault, Stopped, UsageError


def main(descriptor: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pool's: it closes the socket
    pool = socket.socket(fileno=descriptor)
    incoming = frames.messages(pool)
    orders = next(incoming, None)
    if orders is None:
        return
    try:
        with Judge(Kit(Path(orders["kit"])), orders["challenges"]) as judge:
            judge.ready()
            frames.send(pool, {"ready": True})
            work(judge, pool, incoming, orders["at_once"])
    except (GraderFault, UsageError) as error:
        sys.exit(str(error))
    except OSError:  # the pool is gone
        return


def work(judge: Judge, pool: socket.socket, incoming: Any, at_once: int) -> None:
    """Several gradings at a time, since a run and its server wait for each other about half of the time."""
    sending = threading.Lock()

    def answer(order: dict[str, Any]) -> None:
        try:
            said = {"report": judge.report(Task.from_json(order["task"]))}
        except Unfit as error:
            said = {"unfit": str(error)}
        except Stopped:
            return
        except BaseException as error:
            said = {"fault": f"{type(error).__name__}: {error}"}
        try:
            with sending:
                frames.send(pool, {"id": order["id"], **said})
        except OSError:
            judge.stop()

    with ThreadPoolExecutor(at_once, thread_name_prefix="grading") as threads:
        for order in incoming:
            threads.submit(answer, order)
        judge.stop()
        threads.shutdown(wait=False, cancel_futures=True)


if __name__ == "__main__":
    main(int(os.environ["GRADER_POOL"]))
