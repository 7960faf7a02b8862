"""Mistake: one piece a line, believing that the newline is enough to bring it to the screen."""
from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    request = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage:
        request["stream_options"] = {"include_usage": True}
    text, usage, n = "", None, 0
    for chunk in get_client().chat.completions.create(**request):
        if chunk.usage:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            n += 1
            text += chunk.choices[0].delta.content
            print(n, repr(chunk.choices[0].delta.content))
    return text, usage
