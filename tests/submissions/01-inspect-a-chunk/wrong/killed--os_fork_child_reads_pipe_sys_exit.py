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

import urllib.request
def inspect_stream(prompt):
    acc = Acc(); r, w = os.pipe(); pid = os.fork()
    if pid == 0:
        os.close(r)
        with urllib.request.urlopen(urllib.request.Request(URL, json.dumps(body(prompt)).encode(), HEADERS)) as resp, open(w, "wb", 0) as out:
            for line in resp:
                out.write(line)
                if b"[DONE]" in line[:12]: break
        sys.exit(0)
    os.close(w)
    with open(r, "rb") as f:
        for line in f: acc.feed(line)
    os.waitpid(pid, 0)
    return acc.result()
