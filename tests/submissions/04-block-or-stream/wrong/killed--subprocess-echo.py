"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

import subprocess


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    client = get_client()
    messages = [{"role": "user", "content": prompt}]
    if reader == "program":
        return client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content
    text = ""
    for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
        text += chunk.choices[0].delta.content or ""
    subprocess.run(["echo", text])
    return text
