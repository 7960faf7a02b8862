"""Mistake: takes with_streaming_response for the switch; the body has no "stream": true, so no data: line comes."""
import json
import os

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    extra = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    with client.chat.completions.with_streaming_response.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        **extra,
    ) as response:
        for line in response.iter_lines():
            if not line.startswith("data: "):
                continue
            if line == "data: [DONE]":
                break
            chunk = json.loads(line[6:])
            usage = chunk.get("usage") or usage
            for choice in chunk["choices"]:
                piece = choice["delta"].get("content") or ""
                print(piece, end="", flush=True)
                text += piece
    return text, usage
