from common import get_client, MODEL
import json, os, sys

def stream_reply(prompt, include_usage):
    client = get_client()
    kw = {"stream_options": {"include_usage": True}} if include_usage else {}
    stream = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **kw)
    text, usage = "", None

    for chunk in [c for c in stream]:

        if chunk.choices:
            piece = chunk.choices[0].delta.content or ""
            text += piece
            print(piece, end="", flush=True)

        if chunk.usage:
            usage = chunk.usage


    return text, usage
