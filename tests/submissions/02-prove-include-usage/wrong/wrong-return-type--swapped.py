"""Mistake: the tuple is the wrong way round: usage first."""
from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            print(choice.delta.content or "", end="", flush=True)
    return usage, text
