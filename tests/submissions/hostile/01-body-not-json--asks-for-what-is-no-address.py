"""A target and a body that are made to be fallen over."""

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


def target_of_completions():
    return "/" + os.environ["OPENAI_BASE_URL"].split("/", 3)[3] + "/chat/completions"


def inspect_stream(prompt):
    answer = read_all(prompt)

    for target, body in (("http://[", b""), ("/" * 60_000, b""), (target_of_completions(), b'{"model": ' + b"[" * 900 + b"]" * 900 + b"}")):
        with socket.create_connection(server()) as odd:
            head = f"POST {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {os.environ['OPENAI_API_KEY']}\r\n"
            odd.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            odd.recv(100)
    return answer
