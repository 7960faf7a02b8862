"""Mistake: the model name is hard-coded."""
from common import get_client


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    pieces, usage = [], None
    for chunk in get_client().chat.completions.create(
        model="gpt-oss-120b", messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            pieces.append(chunk.choices[0].delta.content)
            print(pieces[-1], end="", flush=True)
    return "".join(pieces), usage
