"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

import sys


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    client = get_client()
    msgs = [{"role": "user", "content": prompt}]
    if reader == "program":
        return client.chat.completions.create(model=MODEL, messages=msgs).choices[0].message.content
    text = ""
    for chunk in client.chat.completions.create(model=MODEL, messages=msgs, stream=True):
        text += chunk.choices[0].delta.content or ""
        sys.stdout.write("\x1b[2J\x1b[H" + text)
        sys.stdout.flush()
    return text
