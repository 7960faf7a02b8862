"""Mistake: looks for usage only in the else branch, where choices is empty."""
from common import get_client, MODEL


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        if chunk.choices:
            piece = chunk.choices[0].delta.content or ""
            text += piece
            print(piece, end="", flush=True)
        elif chunk.usage is not None:
            usage = chunk.usage
    return text, usage
