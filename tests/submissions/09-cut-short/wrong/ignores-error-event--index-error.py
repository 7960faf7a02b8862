import json
import os
import queue
import threading

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def produce(prompt, inbox):
    try:
        response = requests.post(
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            stream=True,
        )
        for data in response.iter_content(chunk_size=None):
            inbox.put(data)
    except requests.RequestException:
        pass
    inbox.put(None)


def read_reply(prompt: str, patience: float) -> str:
    inbox = queue.Queue()
    threading.Thread(target=produce, args=(prompt, inbox), daemon=True).start()
    text, finish, rest = "", None, b""
    while True:
        try:
            data = inbox.get(timeout=patience)
        except queue.Empty:
            break
        if data is None:
            break
        rest += data
        *lines, rest = rest.split(b"\n")
        for line in lines:
            if line.startswith(b"data: {"):
                chunk = json.loads(line[6:])
                choice = chunk.get("choices", [])[0]
                text += choice["delta"].get("content") or ""
                finish = choice["finish_reason"] or finish
    if finish != "stop":
        raise CutShort(text)
    return text
