"""Mistake: "a token is about four characters", for prompt and reply."""
import os

from openai import OpenAI


def tokens(text: str) -> int:
    return max(1, round(len(text) / 4))


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    reply = ""
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True, **kwargs
    ):
        if chunk.choices:
            reply += chunk.choices[0].delta.content or ""
            print(chunk.choices[0].delta.content or "", end="", flush=True)
    usage = None
    if include_usage:
        usage = {"prompt_tokens": tokens(prompt), "completion_tokens": tokens(reply)}
        usage["total_tokens"] = sum(usage.values())
    return reply, usage
