"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

import signal
import sys


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    def tick(*_):
        sys.stderr.write(".")
        sys.stderr.flush()

    signal.signal(signal.SIGALRM, tick)
    signal.setitimer(signal.ITIMER_REAL, 0.02, 0.05)
    try:
        client = get_client()
        msgs = [{"role": "user", "content": prompt}]
        if reader == "program":
            return client.chat.completions.create(model=MODEL, messages=msgs).choices[0].message.content
        text = ""
        for chunk in client.chat.completions.create(model=MODEL, messages=msgs, stream=True):
            piece = chunk.choices[0].delta.content or ""
            print(piece, end="", flush=True)
            text += piece
        return text
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
