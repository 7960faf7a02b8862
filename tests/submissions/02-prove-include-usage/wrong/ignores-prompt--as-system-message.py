"""Mistake: the prompt is sent as the system message, and the user says only "Go"."""
import os

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    messages = [
        {"role": "system", "content": prompt},
        {"role": "user", "content": "Go."},
    ]
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=messages, stream=True, **kwargs
    ):
        if chunk.usage:
            usage = chunk.usage
        if chunk.choices:
            piece = chunk.choices[0].delta.content or ""
            text += piece
            print(piece, end="", flush=True)
    return text, usage
