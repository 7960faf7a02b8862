"""Mistake: the reader thread never says that it is finished, so the main thread waits for ever."""
import queue
import threading

from common import MODEL, get_client


def reader(q, params):
    for chunk in get_client().chat.completions.create(**params):
        q.put(chunk)


def stream_reply(prompt, include_usage):
    params = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage:
        params["stream_options"] = {"include_usage": True}
    q = queue.Queue()
    threading.Thread(target=reader, args=(q, params), daemon=True).start()
    text, usage = "", None
    while True:
        chunk = q.get()
        if chunk is None:
            break
        usage = chunk.usage or usage
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            print(chunk.choices[0].delta.content, end="", flush=True)
    return text, usage
