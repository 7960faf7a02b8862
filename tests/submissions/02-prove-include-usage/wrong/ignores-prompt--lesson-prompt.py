"""Mistake: the lesson's own prompt is still in the request."""
from common import get_client, MODEL


def stream_reply(prompt, include_usage):
    stream = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Count from 1 to 10 slowly."}],
        stream=True,
        **({"stream_options": {"include_usage": True}} if include_usage else {}),
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
