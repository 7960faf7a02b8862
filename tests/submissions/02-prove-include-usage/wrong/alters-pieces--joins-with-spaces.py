"""Mistake: joins the pieces with spaces, as if each were a word."""
import os
from openai import OpenAI


def stream_reply(prompt, include_usage):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    words, usage = [], None
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": True} if include_usage else None,
    ):
        if chunk.usage:
            usage = chunk.usage
        if chunk.choices:
            word = chunk.choices[0].delta.content
            if word:
                words.append(word)
                print(word, end="", flush=True)
    return " ".join(words), usage
