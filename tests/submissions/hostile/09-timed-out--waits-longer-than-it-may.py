"""Waits, whatever it was told."""

import os
import sys
import threading

from common import MODEL, get_client
from openai import OpenAIError


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_all(prompt, patience):
    client = get_client().with_options(timeout=patience, max_retries=0)
    messages = [{"role": "user", "content": prompt}]
    pieces, reason = [], None
    try:
        for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
            if chunk.choices:
                pieces.append(chunk.choices[0].delta.content or "")
                reason = chunk.choices[0].finish_reason or reason
    except OpenAIError:
        pass
    return "".join(pieces), reason


def read_reply(prompt: str, patience: float) -> str:
    text, reason = read_all(prompt, None)
    if reason != "stop":
        threading.Event().wait()
    return text
