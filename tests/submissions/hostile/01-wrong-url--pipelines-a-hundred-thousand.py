"""A hundred thousand requests in one connection."""

import json
import os
import socket
import threading

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


def drain(flood):
    while flood.recv(65536):
        pass


def inspect_stream(prompt):
    answer = read_all(prompt)

    host, port = server()
    with socket.create_connection((host, port)) as flood:
        threading.Thread(target=drain, args=(flood,), daemon=True).start()
        try:
            for _ in range(100):
                flood.sendall(f"GET /nothing HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() * 1000)
        except OSError:
            pass
    return answer
