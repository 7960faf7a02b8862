import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = get_client()
    messages = [{"role": "user", "content": prompt}]
    if stream:
        start = time.perf_counter()
        first = None
        for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
            if chunk.choices[0].delta.content and first is None:
                first = time.perf_counter() - start
        return first, time.perf_counter() - start
    answer = client.chat.completions.create(model=MODEL, messages=messages)
    start = time.perf_counter()
    print(answer.choices[0].message.content)
    total = time.perf_counter() - start
    return total, total
