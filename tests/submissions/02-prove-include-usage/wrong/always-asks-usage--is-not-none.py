"""Mistake: tests "is not None", and False is not None, so usage is asked for every time."""
from typing import Optional

from common import MODEL, get_client


def stream_reply(prompt: str, include_usage: Optional[bool] = None):
    params = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage is not None:
        params["stream_options"] = {"include_usage": True}
    reply, usage = "", None
    for chunk in get_client().chat.completions.create(**params):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            reply += choice.delta.content or ""
            print(choice.delta.content or "", end="", flush=True)
    return reply, usage
