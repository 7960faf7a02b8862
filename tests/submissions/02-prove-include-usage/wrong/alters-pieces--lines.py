"""Mistake: collects with a newline after every piece."""
import io

from common import MODEL, get_client


def stream_reply(prompt: str, include_usage: bool):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    memory = io.StringIO()
    usage = None
    with get_client().chat.completions.stream(
        model=MODEL, messages=[{"role": "user", "content": prompt}], **options
    ) as events:
        for event in events:
            if event.type == "content.delta":
                print(event.delta, flush=True)
                print(event.delta, file=memory)
            elif event.type == "chunk" and event.chunk.usage:
                usage = event.chunk.usage
    return memory.getvalue(), usage
