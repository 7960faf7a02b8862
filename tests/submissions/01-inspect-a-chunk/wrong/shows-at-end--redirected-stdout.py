"""print goes into a StringIO that is shown at the end."""
import contextlib
import functools
import io
import itertools
import json
import operator
import os

import requests


def stream_chunks(prompt, on_chunk):
    response = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    response.raise_for_status()
    data = (line[6:] for line in response.iter_lines() if line.startswith(b"data: "))
    for payload in itertools.takewhile(lambda p: p != b"[DONE]", data):
        chunk = json.loads(payload)
        on_chunk(chunk)
        yield chunk


def inspect_stream(prompt):
    show = lambda chunk: print(json.dumps(chunk["choices"][0]["delta"]), flush=True)  # noqa: E731
    screen = io.StringIO()
    with contextlib.redirect_stdout(screen):
        choices = [chunk["choices"][0] for chunk in stream_chunks(prompt, show)]
    print(screen.getvalue(), flush=True)
    deltas = list(map(operator.itemgetter("delta"), choices))
    text = functools.reduce(lambda so_far, d: so_far + (d.get("content") or ""), deltas, "")
    finish_reason = functools.reduce(lambda old, c: c["finish_reason"] or old, choices, None)
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
