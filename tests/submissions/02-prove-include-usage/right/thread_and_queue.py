"""Style: a reader thread puts the chunks into a queue, the main thread prints them."""
import os
import queue
import threading

from openai import OpenAI

END = object()


def _reader(q, prompt, include_usage):
    try:
        client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
        stream = client.chat.completions.create(
            model=os.environ["MODEL"],
            messages=[{"role": "user", "content": prompt}],
            stream=True,
            stream_options={"include_usage": True} if include_usage else None,
        )
        for chunk in stream:
            q.put(chunk)
    except Exception as error:
        q.put(error)
    finally:
        q.put(END)


def stream_reply(prompt, include_usage):
    q = queue.Queue()
    worker = threading.Thread(target=_reader, args=(q, prompt, include_usage), daemon=True)
    worker.start()
    text, usage = [], None
    while (item := q.get()) is not END:
        if isinstance(item, Exception):
            raise item
        if item.usage:
            usage = item.usage
        if item.choices and item.choices[0].delta.content:
            text.append(item.choices[0].delta.content)
            print(text[-1], end="", flush=True)
    worker.join()
    return "".join(text), usage
