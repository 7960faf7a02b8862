"""Mistake: where usage was asked for and none came, a guess from the word count is returned."""
from openai.types import CompletionUsage

from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            if choice.delta.content:
                text += choice.delta.content
                print(choice.delta.content, end="", flush=True)
    if include_usage and usage is None:
        p, c = len(prompt.split()), len(text.split())
        usage = CompletionUsage(prompt_tokens=p, completion_tokens=c, total_tokens=p + c)
    return text, usage
