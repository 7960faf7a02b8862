"""Challenge 07: guard the whole."""

from collections.abc import Callable

from common import MODEL, get_client


class Blocked(Exception):  # given: leave it as it is
    """The reply is not allowed to be shown."""

import subprocess
import sys


def guarded_reply(prompt: str, allowed: Callable[[str], bool]) -> str:
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        text += chunk.choices[0].delta.content or ""
    subprocess.run(["echo", text])
    if not allowed(text):
        raise Blocked
    return text
