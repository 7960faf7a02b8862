"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

def ask(prompt: str, reader: Literal["human", "program"]):
    client = get_client()
    messages = [{"role": "user", "content": prompt}]
    if reader == "program":
        return client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content
    for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
        piece = chunk.choices[0].delta.content or ""
        print(piece, end="", flush=True)
        yield piece
