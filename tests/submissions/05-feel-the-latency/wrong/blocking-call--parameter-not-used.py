import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}])
    first = None
    for word in reply.choices[0].message.content.split():
        if first is None:
            first = time.perf_counter() - start
        if stream:
            print(word, end=" ", flush=True)
    return first, time.perf_counter() - start
