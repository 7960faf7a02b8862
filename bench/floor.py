"""The least that one more run can cost: a fork of a warm process, the learner's function called in it, once, a reaping.

A process (`python -m bench.floor`). It is told how to get warm, then, a line a time, what to call; it says how many
seconds each took. It gets as warm as the grader's own parent, with the same code.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import sys
import time
from typing import Any

from grader.jail import warm
from grader.jail.scratch import CERTIFICATE


def call(order: dict[str, Any]) -> bool:
    """In the child. True where the function returned the text that was sent."""
    os.environ.update(order["env"])
    sys.path[:0] = order["path"]
    spec = importlib.util.spec_from_file_location("solution", order["file"])
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    value = getattr(module, order["function"])(*order["args"])
    return bool((value["text"] if isinstance(value, dict) else value[0]) == order["text"])


def fork(order: dict[str, Any]) -> float:
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0 if call(order) else 1)
    status = os.waitpid(pid, 0)[1]
    taken = time.perf_counter() - started
    if status != 0:
        raise RuntimeError(f"the floor's run ended with status {status}")
    return taken


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is printed goes nowhere
    sys.dont_write_bytecode = True
    os.environ.update(SSL_CERT_FILE=str(CERTIFICATE), NO_PROXY="*")
    libraries, port = json.loads(sys.stdin.readline())
    warm.up(libraries, port, "sk-bench")
    gc.collect()
    gc.freeze()
    answer: object = "warm"
    while True:
        print(json.dumps(answer), file=answers, flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        answer = fork(json.loads(line))


if __name__ == "__main__":
    main()
