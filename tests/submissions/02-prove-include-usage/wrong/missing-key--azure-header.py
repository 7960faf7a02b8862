"""Mistake: sends the key in an api-key header and blanks the Authorization header."""
import os

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool):
    key = os.environ["OPENAI_API_KEY"]
    client = OpenAI(
        base_url=os.environ["OPENAI_BASE_URL"],
        api_key=key,
        default_headers={"api-key": key, "Authorization": key},
    )
    text, usage = "", None
    stream = client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": include_usage},
    )
    for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            print(choice.delta.content or "", end="", flush=True)
    return text, usage
