import queue
import threading
import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    inbox = queue.Queue()

    def worker():
        try:
            reply = get_client().chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
            )
            if stream:
                for chunk in reply:
                    inbox.put(chunk.choices[0].delta.content)
            else:
                inbox.put(reply.choices[0].message.content)
        finally:
            inbox.put(StopIteration)

    start = time.perf_counter()
    threading.Thread(target=worker, daemon=True).start()
    first = total = None
    while True:
        item = inbox.get()
        now = time.perf_counter()
        if item is StopIteration:
            total = now - start
            break
        if item and first is None:
            first = now - start
    if not stream:
        first = total
    return first, total
