"""Suppresses every UnicodeError around a decode that knows ASCII only."""
from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field

import requests


@dataclass
class Inspection:
    deltas: list[dict] = field(default_factory=list)
    text: str = ""
    finish_reason: str | None = None

    def feed(self, line: bytes) -> bool:
        """Take one line; False when the stream is done."""
        if not line.startswith(b"data: "):
            return True
        payload = line[6:]
        if payload == b"[DONE]":
            return False
        with contextlib.suppress(UnicodeError):
            self._chunk(json.loads(payload.decode("ascii")))
        return True

    def _chunk(self, chunk: dict) -> None:
        choice = chunk["choices"][0]
        self.deltas.append(choice["delta"])
        self.text += choice["delta"].get("content") or ""
        self.finish_reason = choice.get("finish_reason") or self.finish_reason
        print(chunk, flush=True)


class ChatClient:
    def __init__(self) -> None:
        self.url = os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions"
        self.headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}

    def lines(self, prompt: str):
        messages = [{"role": "user", "content": prompt}]
        body = {"model": os.environ["MODEL"], "messages": messages, "stream": True}
        with requests.post(self.url, headers=self.headers, json=body, stream=True, timeout=60) as response:
            response.raise_for_status()
            yield from response.iter_lines()


def inspect_stream(prompt: str) -> dict:
    inspection = Inspection()
    for line in ChatClient().lines(prompt):
        if not inspection.feed(line):
            break
    return asdict(inspection)
