"""Mistake: takewhile with a test on the content, so the role-only delta ends it."""
import os
from itertools import takewhile

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    usages = [None]

    def note_usage(chunks):
        for chunk in chunks:
            if chunk.usage is not None:
                usages.append(chunk.usage)
            if chunk.choices:
                yield chunk.choices[0].delta

    chunks = client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        **({"stream_options": {"include_usage": True}} if include_usage else {}),
    )
    reply = []
    for delta in takewhile(lambda d: d.content, note_usage(chunks)):
        reply.append(delta.content)
        print(delta.content, end="", flush=True)
    return "".join(reply), usages[-1]
