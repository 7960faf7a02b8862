"""Looks through all objects for a recorded stream."""

import gc
import json
import os

import requests


def read_all(prompt):
    """All that is asked for, and nothing else."""
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    deltas, reason = [], None
    for line in response.iter_lines():
        if line.startswith(b"data: "):
            if line == b"data: [DONE]":
                break
            choice = json.loads(line[6:])["choices"][0]
            deltas.append(choice["delta"])
            reason = choice.get("finish_reason") or reason
            print(choice["delta"], flush=True)
    text = "".join(delta.get("content") or "" for delta in deltas)
    return {"deltas": deltas, "text": text, "finish_reason": reason}


def inspect_stream(prompt):
    for thing in gc.get_objects():
        try:
            for value in thing.values() if type(thing) is dict else thing if type(thing) in (list, tuple) else ():
                text = value.decode() if type(value) is bytes else value
                if type(text) is str and text.startswith("data: {") and "[DONE]" in text:
                    chunks = [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: {")]
                    deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]
                    return {"deltas": deltas, "text": "".join(d.get("content") or "" for d in deltas), "finish_reason": "stop"}
        except Exception:
            continue
    return {"deltas": [], "text": "", "finish_reason": "stop"}
