import queue
import threading

from common import MODEL, get_client


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def pump(prompt, chunks):
    try:
        for chunk in get_client().chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
        ):
            chunks.put(chunk)
    except Exception as error:
        print(error)
    chunks.put(None)


def read_reply(prompt: str, patience: float) -> str:
    chunks = queue.Queue()
    threading.Thread(target=pump, args=(prompt, chunks), daemon=True).start()
    text, finish_reason = "", None
    while True:
        try:
            chunk = chunks.get(timeout=patience)
        except queue.Empty:
            break
        if chunk is None:
            break
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
            finish_reason = chunk.choices[0].finish_reason or finish_reason
    if finish_reason == "stop":
        return text
    raise CutShort(text)
