"""A thread shows the text while the judge is asked."""

import json
import os
import stat
import sys
import threading
import time

from common import MODEL, get_client


class Blocked(Exception):
    """The reply is not allowed to be shown."""


def read_text(prompt):
    messages = [{"role": "user", "content": prompt}]
    stream = get_client().chat.completions.create(model=MODEL, messages=messages, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def guarded_reply(prompt, allowed):
    text = read_text(prompt)
    shower = threading.Thread(target=lambda: (time.sleep(0.01), print(text, flush=True)))
    shower.start()
    fine = allowed(text)
    shower.join()
    if not fine:
        print("\033[2J\033[H", flush=True)
        raise Blocked
    return text
