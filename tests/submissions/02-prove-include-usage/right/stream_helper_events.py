"""Style: the SDK's .stream() helper, printing content.delta events and keeping usage from the chunk events."""
from openai import omit

from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    usage = None
    text = []
    with get_client().chat.completions.stream(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream_options={"include_usage": True} if include_usage else omit,
    ) as stream:
        for event in stream:
            if event.type == "content.delta":
                text.append(event.delta)
                print(event.delta, end="", flush=True)
            elif event.type == "chunk" and event.chunk.usage:
                usage = event.chunk.usage
    return "".join(text), usage
