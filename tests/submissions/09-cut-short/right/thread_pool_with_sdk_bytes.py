import json
import queue
from concurrent.futures import ThreadPoolExecutor

from common import MODEL, get_client


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def fetch(response, inbox):
    try:
        for data in response.iter_bytes():
            inbox.put(data)
        inbox.put(None)
    except Exception as error:
        inbox.put(error)


def read_reply(prompt: str, patience: float) -> str:
    inbox = queue.SimpleQueue()
    tail, text, stop, broken = b"", "", False, False
    pool = ThreadPoolExecutor(max_workers=1)
    manager = get_client().chat.completions.with_streaming_response.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    response = manager.__enter__()
    pool.submit(fetch, response, inbox)
    try:
        while not (stop or broken):
            item = inbox.get(timeout=patience)
            if not isinstance(item, bytes):
                break
            tail += item
            *lines, tail = tail.split(b"\n")
            for line in lines:
                if not line.startswith(b"data: {"):
                    continue
                chunk = json.loads(line[6:])
                if "error" in chunk:
                    broken = True
                elif chunk["choices"]:
                    text += chunk["choices"][0]["delta"].get("content") or ""
                    stop = stop or chunk["choices"][0]["finish_reason"] == "stop"
    except queue.Empty:
        pass
    finally:
        pool.shutdown(wait=False)
    if not stop:
        raise CutShort(text)
    return text
