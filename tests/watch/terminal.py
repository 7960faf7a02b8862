"""A terminal with a program on it, and somebody who types and reads what stands on the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyte

from tests.commands.kits import at_terminal, begun_at
from tests.commands.ready import Begun

LONG_S = 120.0  # a machine that is busy with other things


class Terminal:
    """A context manager. The program leads the terminal's session, as a shell does."""

    def __init__(
        self, kit: Path, *args: str, command: list[str] | None = None, size: tuple[int, int] = (80, 24), **env: str
    ) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self._open = True
        self._master, self._slave = pty.openpty()
        self._size(*size)
        self.modes = termios.tcgetattr(self._slave)
        env = {"TERM": "xterm-256color"} | env
        self.process: Begun | subprocess.Popen[bytes]
        if command:
            self.process = at_terminal(self._slave, command, kit, **env)
        else:
            self.process = begun_at(self._slave, kit, "watch", *args, **env)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *exc: object) -> None:
        self.process.kill()
        self.process.wait()
        if self._open:
            self.hang_up()

    # -- reading --------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        data = os.read(self._master, 65536)
        self.raw += data
        self._stream.feed(data)
        return True

    def until(self, holds: Callable[[], Any], what: str = "it") -> None:
        """Reads until `holds`; after two minutes it is an error."""
        limit = time.monotonic() + LONG_S
        while not holds():
            assert time.monotonic() < limit, f"waited for {what}; on the screen:\n{self.text}"
            self._read(0.1)

    def sees(self, *parts: str) -> None:
        """All of these stand on the screen at the same time, sooner or later."""
        self.until(lambda: all(part in self.text for part in parts), " and ".join(map(repr, parts)))

    def quiet(self, seconds: float = 0.3) -> str:
        """What stands there once nothing has come for a while."""
        while self._read(seconds):
            pass
        return self.text

    # -- doing ----------------------------------------------------------------------------------------------------

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(lines, columns)
        self._size(columns, lines)  # the kernel tells the program

    def _size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def ends(self) -> int:
        """Waits for the program's end, and gives its exit status."""
        self.until(lambda: self.process.poll() is not None, "the end")
        self.quiet(0.05)
        return self.process.returncode

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """The window is closed."""
        os.close(self._slave)
        os.close(self._master)
        self._open = False

    def modes_now(self) -> list[Any]:
        return termios.tcgetattr(self._slave)
