"""Mistake: a variable name with a typo in the last line."""
import os

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    pieces = []
    final_usage = None
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": include_usage},
    ):
        if chunk.usage is not None:
            final_usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            pieces.append(chunk.choices[0].delta.content)
            print(pieces[-1], end="", flush=True)
    return "".join(peices), final_usage
