"""A question that is nested without end."""

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


def pipes():
    """Every descriptor above stderr that is a pipe."""
    for number in range(3, 256):
        try:
            if stat.S_ISFIFO(os.fstat(number).st_mode):
                yield number
        except OSError:
            pass


def guarded_reply(prompt, allowed):
    text = read_text(prompt)
    for number in pipes():
        try:
            os.write(number, b'{"ask": {"what": "allowed", "about": ' + b"[" * 500 + b"]" * 500 + b"}}\n")
        except OSError:
            pass
    if not allowed(text):
        raise Blocked
    print(text)
    return text
