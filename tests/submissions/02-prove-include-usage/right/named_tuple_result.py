"""Style: a NamedTuple as the result."""
from typing import NamedTuple, Optional

from openai.types import CompletionUsage

from common import MODEL, get_client


class Reply(NamedTuple):
    text: str
    usage: Optional[CompletionUsage]


def stream_reply(prompt: str, include_usage: bool) -> Reply:
    args = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True}
    args |= {"stream_options": {"include_usage": True}} if include_usage else {}
    reply = Reply("", None)
    for chunk in get_client().chat.completions.create(**args):
        if chunk.choices and (piece := chunk.choices[0].delta.content):
            print(piece, end="", flush=True)
            reply = reply._replace(text=reply.text + piece)
        if chunk.usage is not None:
            reply = reply._replace(usage=chunk.usage)
    return reply
