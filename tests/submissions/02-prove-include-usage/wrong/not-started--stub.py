"""Mistake: nothing has been written yet."""
from openai.types import CompletionUsage


def stream_reply(prompt: str, include_usage: bool) -> "tuple[str, CompletionUsage | None]":
    """Stream the reply, print each piece as it arrives, return the full text and the usage."""
    raise NotImplementedError
