import json
import os
from time import perf_counter as now

import requests


def contents(prompt):
    """Yields the text of each piece; the request is made when the first is asked for."""
    with requests.Session() as session:
        with session.post(
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
            stream=True,
        ) as response:
            for line in response.iter_lines(decode_unicode=False):
                if line.startswith(b"data: ") and line != b"data: [DONE]":
                    yield json.loads(line[6:])["choices"][0]["delta"].get("content") or ""


def whole(prompt):
    return requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]},
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    ).json()["choices"][0]["message"]["content"]


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    pieces = contents(prompt)
    start = now()
    if stream:
        stamps = [now() for piece in pieces if piece]
    else:
        whole(prompt)
        stamps = [now()]
    end = now()
    return (stamps[0] if stream else end) - start, end - start
