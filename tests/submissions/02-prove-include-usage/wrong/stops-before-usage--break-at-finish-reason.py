"""Mistake: leaves the loop as soon as a finish_reason comes."""
from common import get_client, MODEL


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    pieces, usage = [], None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        if chunk.usage is not None:
            usage = chunk.usage
        if not chunk.choices:
            continue
        choice = chunk.choices[0]
        if choice.delta.content:
            pieces.append(choice.delta.content)
            print(choice.delta.content, end="", flush=True)
        if choice.finish_reason is not None:
            break
    return "".join(pieces), usage
