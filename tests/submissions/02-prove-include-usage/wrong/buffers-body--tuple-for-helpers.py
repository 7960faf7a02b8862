"""Mistake: gives the stream to a helper that wants a tuple, so the first piece is shown after the last has come."""
import os
from openai import OpenAI


def show(chunks: tuple) -> str:
    text = ""
    for number, chunk in enumerate(chunks, 1):
        if not chunk.choices:
            continue
        piece = chunk.choices[0].delta.content or ""
        text += piece
        print(piece, end="", flush=True)
    return text


def find_usage(chunks: tuple):
    for chunk in reversed(chunks):
        if chunk.usage is not None:
            return chunk.usage
    return None


def stream_reply(prompt, include_usage):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    more = dict(stream_options=dict(include_usage=True)) if include_usage else {}
    chunks = tuple(client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True, **more))
    return show(chunks), find_usage(chunks)
