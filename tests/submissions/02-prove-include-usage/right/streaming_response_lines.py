"""Style: with_streaming_response, and the SSE lines read by hand as in the first half of the lesson."""
import json

from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    body = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage:
        body["stream_options"] = {"include_usage": True}

    reply, usage = "", None
    with get_client().chat.completions.with_streaming_response.create(**body) as response:
        for line in response.iter_lines():
            if not line.startswith("data:"):
                continue
            payload = line[5:].strip()
            if payload == "[DONE]":
                break
            chunk = json.loads(payload)
            if chunk.get("usage"):
                usage = chunk["usage"]
            for choice in chunk.get("choices") or []:
                piece = choice["delta"].get("content")
                if piece:
                    print(piece, end="", flush=True)
                    reply += piece
    return reply, usage
