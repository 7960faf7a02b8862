"""functools.partial for a print that flushes, pprint for the chunk."""
import functools
import json
import os
from pprint import pformat

import requests

say = functools.partial(print, flush=True)


def inspect_stream(prompt):
    r = requests.post(
        os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True,
    )
    r.raise_for_status()
    say("status:", r.status_code, r.headers.get("content-type"))
    deltas = []
    finish_reason = None
    for i, line in enumerate(r.iter_lines()):
        if line[:6] != b"data: ":
            continue
        data = str(line[6:], "utf8")
        if data == "[DONE]":
            say("done")
            break
        chunk = json.loads(data)
        say(i, pformat(chunk))
        deltas.append(chunk["choices"][0]["delta"])
        finish_reason = chunk["choices"][0]["finish_reason"] or finish_reason
    r.close()
    return {"deltas": deltas, "text": "".join(d.get("content") or "" for d in deltas), "finish_reason": finish_reason}
