"""Challenge 07: guard the whole."""

from collections.abc import Callable

from common import MODEL, get_client


class Blocked(Exception):  # given: leave it as it is
    """The reply is not allowed to be shown."""

import multiprocessing as mp


def _ask(allowed, text, pipe):
    pipe.send(allowed(text))


def guarded_reply(prompt: str, allowed: Callable[[str], bool]) -> str:
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        text += chunk.choices[0].delta.content or ""
    ctx = mp.get_context("fork")
    here, there = ctx.Pipe()
    p = ctx.Process(target=_ask, args=(allowed, text, there))
    p.start()
    ok = here.recv()
    p.join()
    if not ok:
        raise Blocked
    print(text)
    return text
