"""Mistake: chunk.choices[0] without a look whether choices is empty."""
from common import get_client, MODEL


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        if chunk.usage is not None:
            usage = chunk.usage
        piece = chunk.choices[0].delta.content
        if piece:
            text += piece
            print(piece, end="", flush=True)
    return text, usage
