"""Mistake: one stream for the text and a second stream for the usage."""
from common import MODEL, get_client


def open_stream(prompt, **more):
    return get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **more
    )


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text = ""
    for chunk in open_stream(prompt, **options):
        for choice in chunk.choices:
            piece = choice.delta.content or ""
            print(piece, end="", flush=True)
            text += piece
    usage = None
    for chunk in open_stream(prompt, **options):
        if chunk.usage is not None:
            usage = chunk.usage
    return text, usage
