"""Takes five chunks and leaves."""
import json
import os
import queue
import threading

import requests

END = object()


def reader(prompt, q):
    try:
        r = requests.post(
            os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
            headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}],
                  "stream": True},
            stream=True,
        )
        r.raise_for_status()
        for line in r.iter_lines():
            if line == b"data: [DONE]":
                break
            if line.startswith(b"data: "):
                q.put(json.loads(line[6:]))
        r.close()
    except Exception as error:
        q.put(error)
    q.put(END)


def inspect_stream(prompt):
    q = queue.Queue()
    threading.Thread(target=reader, args=(prompt, q), daemon=True).start()
    seen = []
    while (item := q.get()) is not END:
        if isinstance(item, Exception):
            raise item
        seen.append(item["choices"][0])
        print(item, flush=True)
        if len(seen) == 5:
            break
    deltas = [choice["delta"] for choice in seen]
    return {
        "deltas": deltas,
        "text": "".join(delta.get("content") or "" for delta in deltas),
        "finish_reason": next((c["finish_reason"] for c in reversed(seen) if c["finish_reason"]), None),
    }
