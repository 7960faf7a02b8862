"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

import functools


def joined(gen):
    @functools.wraps(gen)
    def inner(prompt, reader):
        out = []
        with open("/dev/stdout", "w", encoding="utf-8") as screen:
            for piece in gen(prompt, reader):
                if reader == "human":
                    screen.write(piece)
                    screen.flush()
                out.append(piece)
        return "".join(out)

    return inner


@joined
def ask(prompt: str, reader: Literal["human", "program"]):
    client = get_client()
    msgs = [{"role": "user", "content": prompt}]
    if reader == "program":
        yield client.chat.completions.create(model=MODEL, messages=msgs).choices[0].message.content
        return
    for chunk in client.chat.completions.create(model=MODEL, messages=msgs, stream=True):
        yield chunk.choices[0].delta.content or ""
