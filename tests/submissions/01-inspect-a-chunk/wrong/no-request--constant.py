"""No request at all: a made-up answer."""
import time


def inspect_stream(prompt: str) -> dict:
    words = ["One", ", two", ", three", ", four", ", five."]
    deltas = [{"role": "assistant", "content": ""}]
    for word in words:
        print(word, end="", flush=True)
        time.sleep(0.05)
        deltas.append({"content": word})
    deltas.append({})
    return {"deltas": deltas, "text": "".join(words), "finish_reason": "stop"}
