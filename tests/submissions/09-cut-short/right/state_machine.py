"""The reply as a machine with four states; what the network does is only one more input."""

from __future__ import annotations

import enum
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class State(enum.Enum):
    OPEN = enum.auto()  # more is expected
    COMPLETE = enum.auto()  # the model has said stop
    LIMITED = enum.auto()  # the model was stopped
    FAILED = enum.auto()  # an error, or a broken line


@dataclass
class Machine:
    state: State = State.OPEN
    pieces: list[str] = field(default_factory=list)

    def feed(self, chunk: dict) -> None:
        if self.state is not State.OPEN:
            return
        if "error" in chunk:
            self.state = State.FAILED
            return
        for choice in chunk["choices"]:
            if text := choice["delta"].get("content"):
                self.pieces.append(text)
            match choice["finish_reason"]:
                case None:
                    pass
                case "stop":
                    self.state = State.COMPLETE
                case _:
                    self.state = State.LIMITED

    def lost(self) -> None:
        if self.state is State.OPEN:
            self.state = State.FAILED

    def result(self) -> str:
        text = "".join(self.pieces)
        if self.state is State.COMPLETE:
            return text
        raise CutShort(text)


def chunks(response: httpx2.Response) -> Iterator[dict]:
    for line in response.iter_lines():
        field_name, _, value = line.partition(":")
        if field_name == "data" and (value := value.strip()) != "[DONE]":
            yield json.loads(value)


def read_reply(prompt: str, patience: float) -> str:
    machine = Machine()
    timeout = httpx2.Timeout(connect=10, write=10, pool=10, read=patience)
    try:
        with httpx2.Client(timeout=timeout) as client, client.stream(
            "POST",
            f"{os.environ['OPENAI_BASE_URL']}/chat/completions",
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        ) as response:
            for chunk in chunks(response):
                machine.feed(chunk)
    except httpx2.TransportError:
        machine.lost()
    return machine.result()
