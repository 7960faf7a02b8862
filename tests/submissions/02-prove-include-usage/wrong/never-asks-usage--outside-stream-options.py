"""Mistake: puts include_usage at the top of the body, not inside stream_options."""
import os

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    extra_body = {"include_usage": True} if include_usage else None
    text = ""
    usage = None
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        extra_body=extra_body,
    ):
        for choice in chunk.choices:
            if choice.delta.content:
                print(choice.delta.content, end="", flush=True)
                text += choice.delta.content
        if chunk.usage:
            usage = chunk.usage
    return text, usage
