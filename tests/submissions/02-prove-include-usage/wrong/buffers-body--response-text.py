"""Mistake: reads the text of the whole raw response, then walks through its lines."""
import json
import sys

from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    params = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage:
        params["stream_options"] = {"include_usage": True}
    with get_client().chat.completions.with_streaming_response.create(**params) as response:
        body = response.read().decode("utf-8")

    answer, usage = [], None
    for line in body.split("\n"):
        line = line.strip()
        if not line.startswith("data:") or line.endswith("[DONE]"):
            continue
        chunk = json.loads(line[5:])
        if chunk.get("usage"):
            usage = chunk["usage"]
        if chunk["choices"]:
            piece = chunk["choices"][0]["delta"].get("content")
            if piece:
                answer.append(piece)
                sys.stdout.write(piece)
                sys.stdout.flush()
    return "".join(answer), usage
