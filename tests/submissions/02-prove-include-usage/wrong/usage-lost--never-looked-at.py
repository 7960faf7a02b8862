"""Mistake: asks for usage and never looks at it."""
from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    extra = {"stream_options": {"include_usage": True}} if include_usage else {}
    messages = [{"role": "user", "content": prompt}]
    text = ""
    for chunk in get_client().chat.completions.create(model=MODEL, messages=messages, stream=True, **extra):
        for choice in chunk.choices:
            text += choice.delta.content or ""
            print(choice.delta.content or "", end="", flush=True)
    return text, None
