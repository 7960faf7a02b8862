"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL

import json
import os
import sys

import requests


def _pieces(prompt):
    with requests.post(
        f"{os.environ['OPENAI_BASE_URL'].rstrip('/')}/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]},
        stream=True,
        timeout=(5, 60),
    ) as response:
        response.raise_for_status()
        response.encoding = "utf-8"
        for line in response.iter_lines(chunk_size=1):
            if line == b"data: [DONE]":
                return
            if line:
                yield json.loads(line.split(b":", 1)[1])["choices"][0]["delta"].get("content") or ""


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    sys.stdout.reconfigure(write_through=True)
    if reader == "human":
        text = ""
        for piece in _pieces(prompt):
            sys.stdout.write(piece)
            text = text + piece
        return text
    response = requests.post(
        f"{os.environ['OPENAI_BASE_URL'].rstrip('/')}/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]},
    )
    return response.json()["choices"][0]["message"]["content"]
