"""A pipeline of generators with a look-ahead, so that the last chunk is known: one event behind."""
import json
import os

import requests


def open_stream(prompt):
    response = requests.post(
        f"{os.environ['OPENAI_BASE_URL'].rstrip('/')}/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    response.raise_for_status()
    return response


def payloads(response):
    for line in response.iter_lines():
        if line.startswith(b"data: "):
            yield line[6:].decode("utf-8")


def chunks(payloads):
    for payload in payloads:
        if payload == "[DONE]":
            return
        yield json.loads(payload)


def with_last(items):
    """(item, is it the last one?)"""
    iterator = iter(items)
    try:
        current = next(iterator)
    except StopIteration:
        return
    for following in iterator:
        yield current, False
        current = following
    yield current, True


def inspect_stream(prompt):
    deltas, finish_reason = [], None
    for chunk, last in with_last(chunks(payloads(open_stream(prompt)))):
        print("LAST " if last else "     ", chunk, flush=True)
        deltas.append(chunk["choices"][0]["delta"])
        if chunk["choices"][0]["finish_reason"]:
            finish_reason = chunk["choices"][0]["finish_reason"]
    text = "".join(delta.get("content") or "" for delta in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
