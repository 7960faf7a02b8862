"""Mistake: a small blocking request first, to see whether the server is awake."""
import os

from openai import OpenAI

client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])


def stream_reply(prompt, include_usage):
    client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], max_tokens=1
    )
    text, usage = "", None
    with client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": include_usage},
    ) as stream:
        for chunk in stream:
            if chunk.usage is not None:
                usage = chunk.usage
            if chunk.choices and chunk.choices[0].delta.content:
                text += chunk.choices[0].delta.content
                print(chunk.choices[0].delta.content, end="", flush=True)
    return text, usage
