"""Mistake: the function takes no include_usage; a constant in the file decides."""
import os

from openai import OpenAI

INCLUDE_USAGE = os.environ.get("INCLUDE_USAGE") == "1"


def stream_reply(prompt):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    text, usage = "", None
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": INCLUDE_USAGE},
    ):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            print(choice.delta.content or "", end="", flush=True)
    return text, usage
