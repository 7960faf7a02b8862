"""Mistake: collects and returns everything, prints nothing."""
import os

from openai import OpenAI
from openai.types import CompletionUsage


def stream_reply(prompt: str, include_usage: bool) -> "tuple[str, CompletionUsage | None]":
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    usage = None
    reply = ""
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": include_usage},
    ):
        if chunk.usage is not None:
            usage = chunk.usage
        for choice in chunk.choices:
            reply += choice.delta.content or ""
    return reply, usage
