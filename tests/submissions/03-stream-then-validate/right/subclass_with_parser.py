"""Style: a subclass of Recipe with its own from_stream classmethod; urllib3 underneath."""
import json
import os
from typing import Iterable

import urllib3
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


class StreamedRecipe(Recipe):
    @classmethod
    def from_stream(cls, pieces: Iterable[str]) -> "StreamedRecipe":
        text = ""
        for piece in pieces:
            print(piece, end="", flush=True)
            text += piece
        return cls.model_validate_json(text)


def sse_lines(response: urllib3.HTTPResponse):
    rest = b""
    for block in response.stream(1024, decode_content=True):
        *lines, rest = (rest + block).split(b"\n")
        yield from lines


def contents(response):
    for line in sse_lines(response):
        if line.startswith(b"data: ") and b"[DONE]" not in line[:14]:
            for choice in json.loads(line[6:])["choices"]:
                if choice["delta"].get("content"):
                    yield choice["delta"]["content"]
        elif line.startswith(b"data: [DONE]"):
            return


def stream_recipe(prompt: str) -> Recipe:
    http = urllib3.PoolManager()
    response = http.request(
        "POST",
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"},
        body=json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}),
        preload_content=False,
        timeout=60,
    )
    return StreamedRecipe.from_stream(contents(response))
