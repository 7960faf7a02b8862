"""Mistake: adds the content.delta events and then the whole text of content.done on top."""
from common import MODEL, get_client


def stream_reply(prompt: str, include_usage: bool):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    with get_client().chat.completions.stream(
        model=MODEL, messages=[{"role": "user", "content": prompt}], **options
    ) as stream:
        for event in stream:
            if event.type == "content.delta":
                print(event.delta, end="", flush=True)
                text += event.delta
            elif event.type == "content.done":
                text += event.content
            elif event.type == "chunk" and event.chunk.usage is not None:
                usage = event.chunk.usage
    return text, usage
