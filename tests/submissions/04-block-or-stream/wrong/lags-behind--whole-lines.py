"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    client = get_client()
    kw = dict(model=MODEL, messages=[{"role": "user", "content": prompt}])
    if reader == "program":
        return client.chat.completions.create(**kw).choices[0].message.content
    text, pending = "", ""
    for chunk in client.chat.completions.create(**kw, stream=True):
        piece = chunk.choices[0].delta.content or ""
        text += piece
        pending += piece
        while "\n" in pending:
            line, pending = pending.split("\n", 1)
            print(line, flush=True)
    print(pending, flush=True)
    return text
