"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

import multiprocessing as mp
import sys


def _printer(conn):
    while True:
        piece = conn.recv()
        if piece is None:
            return
        sys.stdout.write(piece)
        sys.stdout.flush()


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    client = get_client()
    msgs = [{"role": "user", "content": prompt}]
    if reader == "program":
        return client.chat.completions.create(model=MODEL, messages=msgs).choices[0].message.content
    ctx = mp.get_context("fork")
    here, there = ctx.Pipe()
    child = ctx.Process(target=_printer, args=(there,))
    child.start()
    text = ""
    for chunk in client.chat.completions.create(model=MODEL, messages=msgs, stream=True):
        if piece := chunk.choices[0].delta.content:
            here.send(piece)
            text += piece
    here.send(None)
    child.join()
    return text
