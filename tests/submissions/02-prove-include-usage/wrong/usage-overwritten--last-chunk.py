"""Mistake: takes the usage of the very last chunk after the loop."""
import os

from openai import OpenAI

client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])


def stream_reply(prompt, include_usage):
    text, chunk = "", None
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": include_usage},
    ):
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            print(chunk.choices[0].delta.content, end="", flush=True)
    return text, chunk.usage
