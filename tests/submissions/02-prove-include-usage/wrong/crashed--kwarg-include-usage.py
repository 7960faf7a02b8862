from common import get_client, MODEL
import json, os, sys

def stream_reply(prompt, include_usage):
    client = get_client()
    stream = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, include_usage=include_usage)
    text, usage = "", None

    for chunk in stream:

        if chunk.choices:
            piece = chunk.choices[0].delta.content or ""
            text += piece
            print(piece, end="", flush=True)

        if chunk.usage:
            usage = chunk.usage


    return text, usage
