"""Style: functional; reduce over the chunks, the printing is a tap in between."""
from functools import partial, reduce

from common import MODEL, get_client

show = partial(print, end="", flush=True)


def text_of(chunk):
    return "".join(choice.delta.content or "" for choice in chunk.choices)


def tap(side_effect, chunks):
    for chunk in chunks:
        side_effect(text_of(chunk))
        yield chunk


def step(state, chunk):
    text, usage = state
    return text + text_of(chunk), chunk.usage or usage


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    chunks = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    )
    return reduce(step, tap(show, chunks), ("", None))
