import queue
import threading
import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    box = queue.Queue()

    def read():
        reply = get_client().chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
        )
        for chunk in reply if stream else [reply]:
            box.put(chunk)

    start = time.perf_counter()
    threading.Thread(target=read, daemon=True).start()
    first = None
    while True:
        chunk = box.get()
        if chunk is None:
            break
        if first is None and stream and chunk.choices[0].delta.content:
            first = time.perf_counter() - start
    total = time.perf_counter() - start
    return first or total, total
