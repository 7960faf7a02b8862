from __future__ import annotations

import os
from typing import Any, Literal

import requests
from pydantic import BaseModel


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class Delta(BaseModel):
    content: str | None = None


class Choice(BaseModel):
    delta: Delta
    finish_reason: Literal["stop", "length", "content_filter", "tool_calls", "function_call"] | None = None


class Chunk(BaseModel):
    choices: list[Choice] = []
    error: dict[str, Any] | None = None


def read_reply(prompt: str, patience: float) -> str:
    text = ""
    session = requests.Session()
    request = requests.Request(
        "POST",
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
    )
    try:
        response = session.send(session.prepare_request(request), stream=True, timeout=patience)
        for line in response.iter_lines(decode_unicode=False):
            if not line.startswith(b"data:"):
                continue
            payload = line.removeprefix(b"data:").strip()
            if payload == b"[DONE]":
                break
            chunk = Chunk.model_validate_json(payload)
            if chunk.error is not None:
                break
            for choice in chunk.choices:
                text += choice.delta.content or ""
                if choice.finish_reason == "stop":
                    return text
                if choice.finish_reason is not None:
                    raise CutShort(text)
    except requests.exceptions.RequestException:
        pass
    finally:
        session.close()
    raise CutShort(text)
