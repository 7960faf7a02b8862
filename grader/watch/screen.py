"""The terminal: its modes, which are always put back, and the painting of frames on it."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from rich.console import Console, RenderableType

from grader.errors import UsageError
from grader.show import terminal
from grader.watch.events import Ended, Event, Resized, Suspended

ENTER = "\x1b[?1049h\x1b[?25l"  # the alternate screen, no cursor
LEAVE = "\x1b[?25h\x1b[?1049l"
BEGIN, END = "\x1b[?2026h\x1b[?7l\x1b[H", "\x1b[J\x1b[?7h\x1b[?2026l"  # shown at once where terminals know how
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Frame:
    """A full screen: what can be scrolled, and what always stands below it, a dividing line first."""

    body: list[str]
    foot: list[str]
    busy: bool = False  # the body is about to be replaced


def check_terminal() -> None:
    """Raises UsageError where watch mode has nobody to talk to."""
    try:
        import termios  # noqa: F401
    except ImportError:
        raise UsageError("watch needs a POSIX terminal (on Windows: WSL). `grader grade` works everywhere.") from None
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("watch needs a terminal for its keys and its screen. Elsewhere: `grader grade`.")


class Screen:
    """A context manager. Inside, keys come at once and unseen, and signals are events.

    Plain, it clears and moves nothing: what is new is written below what was there.
    """

    def __init__(self, post: Callable[[Event], None], *, plain: bool) -> None:
        self._post = post
        self.plain = plain or os.environ.get("TERM", "dumb") == "dumb"
        self._colourless = plain
        self._shown = Frame([], [])
        self._handlers: dict[int, Any] = {}

    # -- modes ----------------------------------------------------------------------------------------------------

    def __enter__(self) -> Screen:
        import termios

        self._cooked = termios.tcgetattr(sys.stdin)
        signals = {signal.SIGINT: Ended(130), signal.SIGTERM: Ended(143), signal.SIGHUP: Ended(129)}
        for number, event in {**signals, signal.SIGWINCH: Resized(), signal.SIGTSTP: Suspended()}.items():
            self._handlers[number] = signal.signal(number, lambda *_, event=event: self._post(event))
        self.enter()
        return self

    def __exit__(self, *exc: object) -> None:
        self.leave()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def enter(self) -> None:
        import termios
        import tty

        with suppress(termios.error):
            tty.setcbreak(sys.stdin, termios.TCSANOW)
        self._write("" if self.plain else ENTER)

    def leave(self) -> None:
        import termios

        self._write("" if self.plain else LEAVE)
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(sys.stdin, termios.TCSANOW, self._cooked)

    def suspend(self) -> None:
        """Stops this process as Ctrl-Z does, and comes back when it is continued."""
        self.leave()
        ours = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, ours)
        self._shown = Frame([], [])
        self.enter()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Lends the terminal to another program. Ctrl-C is that program's meanwhile."""
        self.leave()
        ours = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, ours)
            self._shown = Frame([], [])
            self.enter()

    # -- painting -------------------------------------------------------------------------------------------------

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines."""
        try:
            width, height = os.get_terminal_size(sys.stdout.fileno())
        except OSError:
            width, height = 80, 24
        return width or 80, height or 24

    def render(self, thing: RenderableType) -> list[str]:
        """Lines as this terminal is to get them."""
        out = self.console()
        with out.capture() as captured:
            out.print(thing)
        return captured.get().split("\n")[:-1]

    def console(self) -> Console:
        return terminal.console(plain=self._colourless, width=self.size[0])

    def paint(self, frame: Frame, first: int) -> None:
        """Shows the frame, the body from its line `first` on."""
        if self.plain:
            self._append(frame)
        else:
            height = self.size[1]
            room = max(height - len(frame.foot), 0)
            body = frame.body[first : first + room]
            lines = [*body, *[""] * (room - len(body)), *frame.foot][:height]
            self._write(BEGIN + "\r\n".join(f"{line}\x1b[K" for line in lines) + END)
        self._shown = frame

    def _append(self, frame: Frame) -> None:
        if not frame.busy and frame.body != self._shown.body:
            self._write("\n".join(["", *frame.body, ""]))
        new = [line for line in frame.foot[1:] if line.strip() and line not in self._shown.foot]
        self._write("".join(f"{line.rstrip()}\n" for line in new))

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:  # the terminal is gone, and nobody is there to tell
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - it lives as long as the process


def unstyled(lines: list[str]) -> list[str]:
    return [_STYLE.sub("", line) for line in lines]
