"""Mistake: reads ["choices"][0] from the parsed JSON of every data line."""
import json

from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    params = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage:
        params["stream_options"] = {"include_usage": True}
    text, usage = "", None
    with get_client().chat.completions.with_streaming_response.create(**params) as response:
        for line in response.iter_lines():
            if line == "data: [DONE]":
                break
            if line.startswith("data: "):
                chunk = json.loads(line[6:])
                usage = chunk.get("usage") or usage
                piece = chunk["choices"][0]["delta"].get("content")
                if piece:
                    print(piece, end="", flush=True)
                    text += piece
    return text, usage
