"""Mistake: after the stream it waits for a usage that will not come any more where none was sent."""
import time

from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    box = {"text": "", "usage": None}
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        box["usage"] = chunk.usage or box["usage"]
        for choice in chunk.choices:
            box["text"] += choice.delta.content or ""
            print(choice.delta.content or "", end="", flush=True)
    while box["usage"] is None:
        time.sleep(0.1)
    return box["text"], box["usage"]
