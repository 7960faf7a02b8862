"""Style: the stream in a with block, NOT_GIVEN where usage is not wanted, full type hints."""
from __future__ import annotations

import os

from openai import NOT_GIVEN, OpenAI
from openai.types import CompletionUsage


def stream_reply(prompt: str, include_usage: bool) -> tuple[str, CompletionUsage | None]:
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    reply: str = ""
    usage: CompletionUsage | None = None
    with client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": True} if include_usage else NOT_GIVEN,
    ) as stream:
        for chunk in stream:
            usage = chunk.usage or usage
            for choice in chunk.choices:
                if choice.delta.content is not None:
                    reply += choice.delta.content
                    print(choice.delta.content, end="", flush=True)
    return reply, usage
