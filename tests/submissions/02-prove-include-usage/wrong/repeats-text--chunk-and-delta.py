"""Mistake: the helper's chunk events and its content.delta events carry the same piece; both are collected."""
import os

from openai import OpenAI


def stream_reply(prompt, include_usage):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    pieces, usage = [], None
    with client.chat.completions.stream(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], **options
    ) as stream:
        for event in stream:
            if event.type == "chunk":
                usage = event.chunk.usage or usage
                for choice in event.chunk.choices:
                    pieces.append(choice.delta.content or "")
            if event.type == "content.delta":
                print(event.delta, end="", flush=True)
                pieces.append(event.delta)
    return "".join(pieces), usage
