"""Mistake: stream=True was forgotten, and the loop runs over the one completion that came back."""
from common import get_client, MODEL


def stream_reply(prompt, include_usage):
    kwargs = {}
    if include_usage:
        kwargs["stream_options"] = {"include_usage": True}
    stream = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        **kwargs,
    )
    pieces, usage = [], None
    for chunk in stream:
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            pieces.append(chunk.choices[0].delta.content)
            print(pieces[-1], end="", flush=True)
    return "".join(pieces), usage
