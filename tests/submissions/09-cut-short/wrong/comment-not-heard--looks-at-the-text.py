class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


import threading

from common import MODEL, get_client
from openai import OpenAIError


def read_reply(prompt, patience):
    out = {}

    def work():
        try:
            for c in get_client().chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
            ):
                out["text"] = out.get("text", "") + (c.choices[0].delta.content or "")
                out["why"] = c.choices[0].finish_reason or out.get("why")
        except OpenAIError:
            pass

    t = threading.Thread(target=work, daemon=True)
    t.start()
    n = -1
    while t.is_alive() and len(out.get("text", "")) != n:
        n = len(out.get("text", ""))
        t.join(patience)
    if out.get("why") != "stop":
        raise CutShort(out.get("text", ""))
    return out["text"]
