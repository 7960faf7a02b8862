import threading
import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    box = {}

    def work():
        reply = get_client().chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
        )
        if stream:
            for chunk in reply:
                if chunk.choices[0].delta.content:
                    box["text"] = box.get("text", "") + chunk.choices[0].delta.content
        box["done"] = True

    thread = threading.Thread(target=work)
    start = time.perf_counter()
    thread.start()
    first = None
    while "done" not in box:
        if first is None and box.get("text"):
            first = time.perf_counter() - start
        time.sleep(0.001)
    total = time.perf_counter() - start
    thread.join()
    return (total if first is None else first), total
