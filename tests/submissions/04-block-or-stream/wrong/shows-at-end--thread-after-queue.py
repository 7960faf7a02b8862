"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

import queue
import threading


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    client = get_client()
    messages = [{"role": "user", "content": prompt}]
    if reader == "program":
        return client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content
    q = queue.Queue()
    text = []

    def printer():
        while (piece := q.get()) is not None:
            print(piece, end="", flush=True)

    t = threading.Thread(target=printer)
    for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
        piece = chunk.choices[0].delta.content
        if piece:
            q.put(piece)
            text.append(piece)
    q.put(None)
    t.start()
    t.join()
    return "".join(text)
