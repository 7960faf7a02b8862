"""Mistake: a Counter that is updated with the usage of every chunk."""
import os
from collections import Counter

from openai import OpenAI

KEYS = ("prompt_tokens", "completion_tokens", "total_tokens")


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    totals: Counter = Counter()
    pieces: list[str] = []
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": True} if include_usage else None,
    ):
        if chunk.usage:
            totals.update({key: getattr(chunk.usage, key) for key in KEYS})
        for choice in chunk.choices:
            if choice.delta.content:
                pieces.append(choice.delta.content)
                print(choice.delta.content, end="", flush=True)
    return "".join(pieces), dict(totals) or None
