import json
import os
import time
from urllib.request import Request, urlopen


def time_reply(prompt, stream):
    data = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]}
    if stream:
        data["stream"] = True
    req = Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        data=json.dumps(data).encode(),
        headers={"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    t0 = time.time()
    t1 = None
    with urlopen(req) as answer:
        if stream:
            for raw in answer:
                if raw.startswith(b"data:") and b"[DONE]" not in raw:
                    delta = json.loads(raw[5:])["choices"][0]["delta"]
                    if delta.get("content") and t1 is None:
                        t1 = time.time()
        else:
            answer.read()
    t2 = time.time()
    if t1 is None:
        t1 = t2
    return round(t1 - t0, 2), round(t2 - t0, 2)
