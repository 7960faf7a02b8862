"""Mistake: shows only a mark for each piece and a count at the end, never the text."""
from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    pieces, usage = [], None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        if chunk.usage:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            pieces.append(chunk.choices[0].delta.content)
            print("#", end="", flush=True)
    print(" ", len(pieces), flush=True)
    return "".join(pieces), usage
