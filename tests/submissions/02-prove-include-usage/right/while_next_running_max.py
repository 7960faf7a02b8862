"""Style: a while loop with next(), the largest total seen wins."""
import os

from openai import OpenAI


def stream_reply(prompt, include_usage):
    client = OpenAI()
    stream = iter(client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        **({"stream_options": {"include_usage": True}} if include_usage else {}),
    ))
    text, usages = "", []
    while True:
        chunk = next(stream, None)
        if chunk is None:
            break
        if chunk.usage is not None:
            usages.append(chunk.usage)
        if not chunk.choices:
            continue
        content = chunk.choices[0].delta.content
        if not content:
            continue
        print(content, end="", flush=True)
        text += content
    usage = max(usages, key=lambda u: u.total_tokens) if usages else None
    return text, usage
