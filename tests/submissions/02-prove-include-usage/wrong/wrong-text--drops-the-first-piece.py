"""Mistake: prints everything, but leaves out the first piece of the text as if it were the role chunk."""
from common import MODEL, get_client


def stream_reply(prompt: str, include_usage: bool):
    params = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage:
        params["stream_options"] = {"include_usage": True}
    pieces, usage = [], None
    for chunk in get_client().chat.completions.create(**params):
        usage = chunk.usage or usage
        if chunk.choices and (piece := chunk.choices[0].delta.content):
            print(piece, end="", flush=True)
            pieces.append(piece)
    return "".join(pieces[1:]), usage
