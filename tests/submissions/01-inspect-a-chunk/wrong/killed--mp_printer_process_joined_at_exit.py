import json, os, sys, time
URL = os.environ["OPENAI_BASE_URL"].rstrip("/") + "/chat/completions"
HEADERS = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"}
def body(prompt):
    return {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
def show(piece):
    print(piece, end="", flush=True)
class Acc:
    """collects one stream; feed() takes a line (bytes) and says when [DONE] has come"""
    def __init__(self, show=show):
        self.deltas, self.text, self.reason, self.show = [], "", None, show
    def feed(self, line):
        line = line.rstrip(b"\r\n")
        if not line.startswith(b"data: "):
            return False
        if line[6:] == b"[DONE]":
            return True
        chunk = json.loads(line[6:])
        for choice in chunk["choices"]:
            self.deltas.append(choice["delta"])
            piece = choice["delta"].get("content") or ""
            self.text += piece
            self.reason = choice.get("finish_reason") or self.reason
            if piece:
                self.show(piece)
        return False
    def result(self):
        return {"deltas": self.deltas, "text": self.text, "finish_reason": self.reason}

import multiprocessing as mp, requests
def printer(q):
    for piece in iter(q.get, None): print(piece, end="", flush=True)
def inspect_stream(prompt):
    ctx = mp.get_context("fork"); q = ctx.Queue()
    ctx.Process(target=printer, args=(q,)).start()      # no daemon: Python joins it at exit
    acc = Acc(q.put)
    with requests.post(URL, headers=HEADERS, json=body(prompt), stream=True) as r:
        for line in r.iter_lines():
            if acc.feed(line): break
    q.put(None)
    return acc.result()
