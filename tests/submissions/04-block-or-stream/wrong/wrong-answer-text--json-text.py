"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

import json


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    client = get_client()
    kw = dict(model=MODEL, messages=[{"role": "user", "content": prompt}])
    if reader == "program":
        return client.chat.completions.create(**kw).model_dump_json()
    text = ""
    for chunk in client.chat.completions.create(**kw, stream=True):
        piece = chunk.choices[0].delta.content or ""
        print(piece, end="", flush=True)
        text += piece
    return text
