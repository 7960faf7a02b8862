from common import MODEL, get_client
import os, sys, json, time

def consume(stream):
    text, usage = "", None
    for c in stream:
        usage = c.usage or usage
        for ch in c.choices:
            p = ch.delta.content or ""
            text += p
            print(p, end="", flush=True)
    return text, usage
def opts(u): return {"stream_options": {"include_usage": True}} if u else {}

import functools
def inject(f):
    @functools.wraps(f)
    def w(prompt, include_usage):
        with get_client() as c: return f(c, prompt, include_usage)
    return w
@inject
def stream_reply(client, prompt, include_usage):
    return consume(client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **opts(include_usage)))
