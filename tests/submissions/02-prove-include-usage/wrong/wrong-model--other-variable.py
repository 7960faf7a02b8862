"""Mistake: reads OPENAI_MODEL, which nobody sets, and falls back to a default."""
import os

from openai import OpenAI

SETTINGS = {
    "base_url": os.environ["OPENAI_BASE_URL"],
    "api_key": os.environ["OPENAI_API_KEY"],
}
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")


def stream_reply(prompt, include_usage):
    text, usage = "", None
    with OpenAI(**SETTINGS) as client:
        for chunk in client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": prompt}],
            stream=True,
            stream_options={"include_usage": True} if include_usage else None,
        ):
            if chunk.choices:
                print(chunk.choices[0].delta.content or "", end="", flush=True)
                text += chunk.choices[0].delta.content or ""
            if chunk.usage:
                usage = chunk.usage
    return text, usage
