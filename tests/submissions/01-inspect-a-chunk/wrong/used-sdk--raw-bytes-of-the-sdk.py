"""Parses by hand, but lets the openai client send the request."""
import json
import os

from openai import OpenAI


def inspect_stream(prompt):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    deltas, finish_reason = [], None
    buffer = b""
    with client.chat.completions.with_streaming_response.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
    ) as response:
        for data in response.iter_bytes():
            *lines, buffer = (buffer + data).split(b"\n")
            payloads = [line[6:].strip() for line in lines if line.startswith(b"data: ")]
            for payload in payloads:
                if payload == b"[DONE]":
                    break
                chunk = json.loads(payload)
                print(chunk, flush=True)
                deltas.append(chunk["choices"][0]["delta"])
                finish_reason = chunk["choices"][0]["finish_reason"] or finish_reason
            if b"[DONE]" in payloads:
                break
    text = "".join(delta.get("content") or "" for delta in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
