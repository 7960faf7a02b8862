"""Mistake: unpacks exactly one choice from every chunk."""
import os

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    pieces = []
    usage = None
    with client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True, **kwargs
    ) as stream:
        for chunk in stream:
            (choice,) = chunk.choices
            if choice.delta.content:
                pieces.append(choice.delta.content)
                print(choice.delta.content, end="", flush=True)
            if chunk.usage is not None:
                usage = chunk.usage
    return "".join(pieces), usage
