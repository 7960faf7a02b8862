import json
import os

import requests


def post(prompt, stream):
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": stream},
        stream=stream,
        timeout=60,
    )
    response.raise_for_status()
    return response


def pieces(response):
    for line in response.iter_lines():
        if line.startswith(b"data: ") and line != b"data: [DONE]":
            for choice in json.loads(line[6:])["choices"]:
                yield choice["delta"].get("content") or ""

READERS = {}


def reader_is(name):
    def register(function):
        READERS[name] = function
        return function

    return register


@reader_is("human")
def show(prompt):
    collected = []
    for piece in pieces(post(prompt, True)):
        os.write(1, piece.encode())
        collected.append(piece)
    return "".join(collected)


@reader_is("program")
def fetch(prompt):
    [choice] = post(prompt, False).json()["choices"]
    return choice["message"]["content"]


def ask(prompt, reader):
    return READERS[reader](prompt)
