from common import get_client, MODEL
import json, os, sys

def stream_reply(prompt, include_usage):
    client = get_client()
    kw = {"stream_options": {"include_usage": True}} if include_usage else {}
    stream = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **kw)
    text, usage = "", None
    pending = []
    for chunk in stream:

        pending.append(chunk)
        if len(pending) > 3:
            c = pending.pop(0)
            if c.choices:
                print(c.choices[0].delta.content or "", end="", flush=True)
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""

        if chunk.usage:
            usage = chunk.usage

    for c in pending:
        if c.choices: print(c.choices[0].delta.content or "", end="", flush=True)
    return text, usage
