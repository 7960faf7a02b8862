"""Mistake: ["message"] of the dumped chunk, where a chunk has "delta"."""
import os

from openai import OpenAI


def content_of(data: dict) -> str:
    return "".join(choice["message"].get("content") or "" for choice in data["choices"])


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    parts, usage = [], None
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True, **kwargs
    ):
        data = chunk.model_dump()
        usage = data["usage"] or usage
        parts.append(content_of(data))
        print(parts[-1], end="", flush=True)
    return "".join(parts), usage
