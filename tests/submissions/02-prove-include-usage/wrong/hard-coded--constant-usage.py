"""Mistake: asks for usage, but returns the numbers noted down from an earlier run."""
import os

from openai import OpenAI
from openai.types import CompletionUsage

USAGE = CompletionUsage(prompt_tokens=78, completion_tokens=53, total_tokens=131)


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    text = ""
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True, **kwargs
    ):
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            print(chunk.choices[0].delta.content, end="", flush=True)
    return text, USAGE if include_usage else None
