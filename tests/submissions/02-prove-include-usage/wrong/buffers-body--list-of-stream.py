"""Mistake: list(stream) waits for everything, then the pieces are printed slowly one by one."""
import time

from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    chunks = list(
        get_client().chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
        )
    )
    text, usage = "", None
    for chunk in chunks:
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            print(chunk.choices[0].delta.content, end="", flush=True)
            text += chunk.choices[0].delta.content
            time.sleep(0.05)
    return text, usage
