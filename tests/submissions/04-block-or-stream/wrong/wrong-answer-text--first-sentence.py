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

def ask(prompt, reader):
    if reader == "program":
        return post(prompt, False).json()["choices"][0]["message"]["content"].split(",")[0]
    text = ""
    for piece in pieces(post(prompt, True)):
        print(piece, end="", flush=True)
        text += piece
    return text
