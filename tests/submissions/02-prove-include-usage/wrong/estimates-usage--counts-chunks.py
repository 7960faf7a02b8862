"""Mistake: counts pieces and words itself instead of taking the usage that was sent."""
from openai.types import CompletionUsage

from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    pieces = []
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        if chunk.choices and chunk.choices[0].delta.content:
            pieces.append(chunk.choices[0].delta.content)
            print(pieces[-1], end="", flush=True)
    if not include_usage:
        return "".join(pieces), None
    asked, answered = len(prompt.split()), len(pieces)
    return "".join(pieces), CompletionUsage(
        prompt_tokens=asked, completion_tokens=answered, total_tokens=asked + answered
    )
