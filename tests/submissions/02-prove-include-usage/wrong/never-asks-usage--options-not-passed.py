"""Mistake: the options are built, but the call does not get them; the helper stream has no usage then."""
from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    request = {"model": MODEL, "messages": [{"role": "user", "content": prompt}]}
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    usage, text = None, ""
    with get_client().chat.completions.stream(**request) as stream:
        for event in stream:
            if event.type == "content.delta":
                print(event.delta, end="", flush=True)
                text += event.delta
            elif event.type == "chunk" and event.chunk.usage is not None:
                usage = event.chunk.usage
    if options and usage is None:
        print("\n(no usage came)")
    return text, usage
