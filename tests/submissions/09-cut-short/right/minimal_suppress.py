import contextlib, json, os, requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    e, t, why = os.environ, "", set()
    with contextlib.suppress(requests.RequestException):
        for l in requests.post(e["OPENAI_BASE_URL"] + "/chat/completions", stream=True, timeout=patience, headers={"Authorization": "Bearer " + e["OPENAI_API_KEY"]}, json={"model": e["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]}).iter_lines():
            if l[:6] == b"data: " and (d := l[6:]) != b"[DONE]":
                c = json.loads(d)
                why |= {"error"} & set(c)
                for o in c.get("choices", ()):
                    t += o["delta"].get("content") or ""
                    why |= {o["finish_reason"]} - {None}
    if why != {"stop"}:
        raise CutShort(t)
    return t
