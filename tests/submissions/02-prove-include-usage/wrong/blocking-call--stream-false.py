"""Mistake: stream=False, and the whole message at once."""
import os

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    response = client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=False,
    )
    reply = response.choices[0].message.content or ""
    print(reply, flush=True)
    if include_usage:
        return reply, response.usage
    return reply, None
