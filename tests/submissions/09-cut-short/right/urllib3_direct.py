import json
import os

import urllib3


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


pool = urllib3.PoolManager(retries=False)


def read_reply(prompt: str, patience: float) -> str:
    text, ok, pending = "", False, b""
    try:
        response = pool.request(
            "POST",
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
            preload_content=False,
            timeout=urllib3.Timeout(connect=5, read=patience),
        )
        for data in response.stream():
            pending += data
            while (newline := pending.find(b"\n")) != -1:
                line, pending = pending[:newline], pending[newline + 1 :]
                field, _, value = line.partition(b": ")
                if field != b"data" or value == b"[DONE]":
                    continue
                chunk = json.loads(value)
                if "error" in chunk:
                    raise CutShort(text)
                for choice in chunk["choices"]:
                    text += choice["delta"].get("content") or ""
                    ok = ok or choice["finish_reason"] == "stop"
    except urllib3.exceptions.HTTPError:
        pass
    if ok:
        return text
    raise CutShort(text)
