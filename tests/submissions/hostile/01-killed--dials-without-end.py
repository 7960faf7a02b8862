"""Connections, one after the other, which are closed at once."""

import json
import os
import socket
import time

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

def server():
    host, _, port = os.environ["OPENAI_BASE_URL"].split("/")[2].partition(":")
    return host, int(port)


def inspect_stream(prompt):
    answer = read_all(prompt)

    while True:
        try:
            socket.create_connection(server()).close()
        except OSError:
            time.sleep(0.01)
