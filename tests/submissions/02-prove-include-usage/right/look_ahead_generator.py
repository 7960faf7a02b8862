"""Style: a look-ahead generator marks the last chunk, so it runs one event behind."""
from common import MODEL, get_client


def with_last_flag(iterable):
    it = iter(iterable)
    try:
        previous = next(it)
    except StopIteration:
        return
    for item in it:
        yield previous, False
        previous = item
    yield previous, True


def stream_reply(prompt, include_usage):
    request = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage:
        request["stream_options"] = {"include_usage": True}
    stream = get_client().chat.completions.create(**request)

    text, usage = "", None
    for chunk, is_last in with_last_flag(stream):
        if chunk.usage:
            usage = chunk.usage
        if chunk.choices:
            piece = chunk.choices[0].delta.content or ""
            text += piece
            print(piece, end="", flush=True)
        if is_last:
            print("\n[end of stream]", flush=True)
    return text, usage
