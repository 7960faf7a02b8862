"""Mistake: passes over chunks without choices before it has looked at their usage."""
from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    extra = {"stream_options": {"include_usage": True}} if include_usage else {}
    messages = [{"role": "user", "content": prompt}]
    text, usage = "", None
    for chunk in get_client().chat.completions.create(model=MODEL, messages=messages, stream=True, **extra):
        if not chunk.choices:
            continue
        if chunk.usage is not None:
            usage = chunk.usage
        piece = chunk.choices[0].delta.content
        if piece:
            text += piece
            print(piece, end="", flush=True)
    return text, usage
