"""A save in watch mode until its verdict is on the terminal, beside a Python that imports what learners' code imports.

The real command in a pseudo-terminal. The file is saved as editors do it: in place, and by renaming, in turn.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bench.measure import Row, alternately, environment
from bench.whole import imports, solved_kit
from grader.challenge import Challenge, load_all

TIMES = 15
BOUND = 0.5
LIMIT_S = 120.0
_STYLE = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """`grader watch` on a terminal of 80 by 24. A context manager."""

    def __init__(self, root: Path, number: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        env = environment() | {"GRADER_KIT": str(root), "PYTHONPATH": str(root), "TERM": "xterm-256color"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "grader", "watch", number],
            stdin=slave, stdout=slave, stderr=slave, cwd=root, env=env, start_new_session=True,
        )  # fmt: skip
        os.close(slave)

    def until(self, text: str) -> None:
        """Reads what comes from now on until `text` is among it, styles left out."""
        seen, limit = b"", time.monotonic() + LIMIT_S
        while text.encode() not in _STYLE.sub(b"", seen):
            if time.monotonic() > limit or not select.select([self._master], [], [], LIMIT_S)[0]:
                raise RuntimeError(f"no {text!r} on the terminal, but {seen[-2000:]!r}")
            seen += os.read(self._master, 65536)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *exc: object) -> None:
        os.write(self._master, b"q")
        try:
            self._process.wait(20)
        finally:
            self._process.kill()
            os.close(self._master)


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        kit = solved_kit(Path(folder))
        for challenge in load_all(kit):
            with Terminal(kit.root, challenge.number) as terminal:
                terminal.until(f"✓ {challenge.number} ")
                yield _measured(challenge, terminal, kit.root)


def _measured(challenge: Challenge, terminal: Terminal, root: Path) -> Row:
    source, saves = challenge.file.read_text("utf-8"), count()

    def save() -> float:
        number = next(saves)
        text = f"{source}\n# saved {number}\n"
        started = time.perf_counter()
        if number % 2:
            challenge.file.write_text(text, "utf-8")
        else:
            other = challenge.file.with_suffix(".tmp")
            other.write_text(text, "utf-8")
            other.replace(challenge.file)
        terminal.until(f"✓ {challenge.number} ")
        return time.perf_counter() - started

    name = f"watch: save {challenge.number}"
    return alternately(name, save, lambda: imports(root), times=TIMES, bound=BOUND, before=2)
