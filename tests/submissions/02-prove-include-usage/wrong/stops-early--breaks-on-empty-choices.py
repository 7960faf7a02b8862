"""Mistake: takes a chunk with empty choices for the last one, but some servers send one first."""
from common import MODEL, get_client


def stream_reply(prompt: str, include_usage: bool):
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    reply, usage = [], None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **kwargs
    ):
        if chunk.usage is not None:
            usage = chunk.usage
        if len(chunk.choices) == 0:
            break
        content = chunk.choices[0].delta.content
        if content is not None:
            reply.append(content)
            print(content, end="", flush=True)
    return "".join(reply), usage
