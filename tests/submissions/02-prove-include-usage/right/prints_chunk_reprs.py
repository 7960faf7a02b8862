"""Style: prints the repr of every chunk, to see what is in it."""
from common import get_client, MODEL


def stream_reply(prompt: str, include_usage: bool):
    extra = {}
    if include_usage:
        extra["stream_options"] = {"include_usage": True}
    pieces = []
    usage = None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **extra
    ):
        print(chunk, flush=True)
        if chunk.choices:
            if chunk.choices[0].delta.content:
                pieces.append(chunk.choices[0].delta.content)
        if chunk.usage is not None:
            usage = chunk.usage
    return "".join(pieces), usage
