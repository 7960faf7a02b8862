"""Mistake: one blocking request; its text is printed word by word so that it looks like a stream."""
import re
import time

from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    completion = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}]
    )
    text = completion.choices[0].message.content
    for piece in re.findall(r"\s*\S+", text):
        print(piece, end="", flush=True)
        time.sleep(0.02)
    return text, completion.usage if include_usage else None
