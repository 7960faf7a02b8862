"""A thread reads whatever bytes come; the function waits for them with its own patience."""
import json
import os
import queue
import threading

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


END = object()


def pump(prompt, bytes_in):
    try:
        with requests.post(
            f"{os.environ['OPENAI_BASE_URL']}/chat/completions",
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            stream=True,
        ) as response:
            for data in response.iter_content(chunk_size=None):
                bytes_in.put(data)
    except Exception as error:
        print("reader stopped:", error)
    bytes_in.put(END)


def read_reply(prompt: str, patience: float) -> str:
    bytes_in = queue.Queue()
    threading.Thread(target=pump, args=(prompt, bytes_in), daemon=True).start()
    buffer, text, finish = b"", "", None
    while finish is None:
        try:
            data = bytes_in.get(timeout=patience)
        except queue.Empty:
            break
        if data is END:
            break
        buffer += data
        while b"\n\n" in buffer:
            event, buffer = buffer.split(b"\n\n", 1)
            for line in event.split(b"\n"):
                if line.startswith(b"data: ") and line != b"data: [DONE]":
                    chunk = json.loads(line[6:])
                    if "error" in chunk:
                        raise CutShort(text)
                    if chunk["choices"]:
                        text += chunk["choices"][0]["delta"].get("content", "")
                        finish = chunk["choices"][0]["finish_reason"] or finish
    if finish == "stop":
        return text
    raise CutShort(text)
