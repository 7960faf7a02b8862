"""Mistake: the return is indented too far and ends the loop at the first piece."""
from common import get_client, MODEL


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    pieces, usage = [], None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            piece = chunk.choices[0].delta.content
            pieces.append(piece)
            print(piece, end="", flush=True)
            return "".join(pieces), usage
    return "".join(pieces), usage
