"""Mistake: keeps the first usage it meets, though it may be a running total."""
from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    extra = {"stream_options": {"include_usage": True}} if include_usage else {}
    messages = [{"role": "user", "content": prompt}]
    text, usage = "", None
    for chunk in get_client().chat.completions.create(model=MODEL, messages=messages, stream=True, **extra):
        if usage is None and chunk.usage is not None:
            usage = chunk.usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            print(choice.delta.content or "", end="", flush=True)
    return text, usage
