"""Mistake: a dict with text and usage instead of a tuple."""
import os

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool) -> dict:
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    result = {"text": "", "usage": None}
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": include_usage},
    ):
        if chunk.usage is not None:
            result["usage"] = chunk.usage
        for choice in chunk.choices:
            if choice.delta.content:
                result["text"] += choice.delta.content
                print(choice.delta.content, end="", flush=True)
    return result
