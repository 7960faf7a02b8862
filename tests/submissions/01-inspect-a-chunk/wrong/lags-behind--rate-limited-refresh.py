import json, os, sys, re, time
import requests

def post(prompt, **kw):
    r = requests.post(os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        stream=True, timeout=60)
    r.raise_for_status()
    return r


def inspect_stream(prompt):
    r = post(prompt)
    deltas, text, finish = [], "", None
    shown = ""; last = time.time()
    for line in r.iter_lines():
        if not line:
            continue
        line = line.decode("utf-8")
        if not line.startswith("data: "):
            continue
        payload = line[6:]
        if payload == "[DONE]":
            break
        chunk = json.loads(payload)


        choice = chunk["choices"][0]
        delta = choice["delta"]
        deltas.append(delta)
        piece = delta.get("content") or ""
        text += piece
        shown += piece
        if time.time() - last > 0.25:
            print(shown, end="", flush=True); shown = ""; last = time.time()

        if choice["finish_reason"]:
            finish = choice["finish_reason"]

    print(shown, flush=True)
    return {"deltas": deltas, "text": text, "finish_reason": finish}
