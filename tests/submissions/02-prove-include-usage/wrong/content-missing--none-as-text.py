"""Mistake: an f-string turns a missing content into the word None."""
import os

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    reply, usage = "", None
    with client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": include_usage},
    ) as stream:
        for chunk in stream:
            for choice in chunk.choices:
                reply = f"{reply}{choice.delta.content}"
                print(f"{choice.delta.content}", end="", flush=True)
            usage = chunk.usage or usage
    return reply, usage
