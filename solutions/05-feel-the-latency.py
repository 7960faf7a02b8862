import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = get_client()
    start = time.perf_counter()  # just before the request: who asks waits from here on
    reply = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=stream,
    )
    first = None
    if stream:
        for chunk in reply:
            if first is None and chunk.choices and chunk.choices[0].delta.content:  # a role alone shows nothing
                first = time.perf_counter() - start
    total = time.perf_counter() - start
    return (total if first is None else first), total  # in one go, all can be read at once: both are the full time


if __name__ == "__main__":
    for stream in (False, True):
        first, total = time_reply("Count from 1 to 10 slowly.", stream)
        print(f"stream={stream!s:5}  first text after {first:.2f} s, complete after {total:.2f} s")
