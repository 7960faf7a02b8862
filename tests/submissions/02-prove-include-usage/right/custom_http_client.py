"""Style: gives the SDK its own httpx2 client with explicit time limits."""
import os

import httpx2
from openai import OpenAI


def make_client() -> OpenAI:
    http = httpx2.Client(timeout=httpx2.Timeout(60.0, connect=5.0), trust_env=False)
    return OpenAI(
        base_url=os.environ["OPENAI_BASE_URL"].rstrip("/"),
        api_key=os.environ["OPENAI_API_KEY"],
        http_client=http,
        max_retries=1,
    )


def stream_reply(prompt: str, include_usage: bool):
    client = make_client()
    kwargs = {}
    if include_usage:
        kwargs["stream_options"] = {"include_usage": True}
    collected, usage = [], None
    try:
        for chunk in client.chat.completions.create(
            model=os.environ["MODEL"],
            messages=[{"role": "user", "content": prompt}],
            stream=True,
            **kwargs,
        ):
            if chunk.usage is not None:
                usage = chunk.usage
            if chunk.choices and chunk.choices[0].delta.content:
                collected.append(chunk.choices[0].delta.content)
                print(collected[-1], end="", flush=True)
    finally:
        client.close()
    return "".join(collected), usage
