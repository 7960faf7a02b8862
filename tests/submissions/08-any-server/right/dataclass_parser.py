from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto


class State(Enum):
    START = auto()
    TEXT = auto()
    AFTER_CR = auto()


@dataclass
class Parser:
    state: State = State.START
    line: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")(errors="replace")
    )

    def feed(self, chunk: bytes) -> Iterator[str]:
        for char in self.decoder.decode(chunk):
            yield from self.step(char)

    def step(self, char: str) -> Iterator[str]:
        match self.state, char:
            case State.START, "\ufeff":
                self.state = State.TEXT
            case State.AFTER_CR, "\n":
                self.state = State.TEXT
            case _, "\r" | "\n":
                self.state = State.AFTER_CR if char == "\r" else State.TEXT
                yield from self.end_of_line()
            case _:
                self.state = State.TEXT
                self.line.append(char)

    def end_of_line(self) -> Iterator[str]:
        line = "".join(self.line)
        self.line.clear()
        if not line:
            if self.data:
                yield "\n".join(self.data)
            self.data.clear()
            return
        match line.split(":", maxsplit=1):
            case ["data"]:
                self.data.append("")
            case ["data", value]:
                self.data.append(value.removeprefix(" "))


def iter_data(reads: Iterable[bytes]) -> Iterator[str]:
    parser = Parser()
    for chunk in reads:
        yield from parser.feed(chunk)
