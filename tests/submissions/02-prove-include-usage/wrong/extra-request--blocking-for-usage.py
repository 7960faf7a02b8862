"""Mistake: streams without asking for usage, then makes a second, blocking request to get one."""
from common import get_client, MODEL


def stream_reply(prompt, include_usage):
    client = get_client()
    messages = [{"role": "user", "content": prompt}]
    text = ""
    for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            print(chunk.choices[0].delta.content, end="", flush=True)
    usage = None
    if include_usage:
        usage = client.chat.completions.create(model=MODEL, messages=messages).usage
    return text, usage
