"""Mistake: include_usage is never looked at; the request has no stream_options."""
from common import get_client, MODEL


def stream_reply(prompt, include_usage):
    stream = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    )
    pieces, usage = [], None
    for chunk in stream:
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            piece = chunk.choices[0].delta.content
            pieces.append(piece)
            print(piece, end="", flush=True)
    return "".join(pieces), usage
