"""Challenge 04: block or stream."""

import io
import sys

from common import MODEL, get_client

sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding="utf-8", line_buffering=True)


def ask(prompt, reader):
    create = get_client().chat.completions.create
    messages = [{"role": "user", "content": prompt}]
    if reader == "program":
        return create(model=MODEL, messages=messages).choices[0].message.content
    text = ""
    for chunk in create(model=MODEL, messages=messages, stream=True):
        if chunk.choices and (piece := chunk.choices[0].delta.content):
            text += piece
            print(piece, end="")
    print()
    return text
