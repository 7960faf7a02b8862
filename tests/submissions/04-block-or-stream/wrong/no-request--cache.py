"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

_cache = {}


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    client = get_client()
    if reader == "program":
        return _cache.get(prompt, "")
    text = ""
    for chunk in client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True):
        piece = chunk.choices[0].delta.content or ""
        print(piece, end="", flush=True)
        text += piece
    _cache[prompt] = text
    return text
