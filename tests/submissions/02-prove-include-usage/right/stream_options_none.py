"""Style: passes stream_options=None when usage is not wanted, one piece a line."""
import os
from openai import OpenAI

client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
MODEL = os.environ["MODEL"]


def stream_reply(prompt, include_usage):
    opts = None
    if include_usage:
        opts = {"include_usage": True}
    text = ""
    usage = None
    n = 0
    for chunk in client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options=opts,
    ):
        n += 1
        if chunk.choices:
            c = chunk.choices[0].delta.content
            if c:
                text = text + c
                print(f"{n:>4}  {c!r}", flush=True)
        if chunk.usage:
            usage = chunk.usage
            print(f"{n:>4}  usage: {usage.total_tokens} tokens", flush=True)
    return (text, usage)
