import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    time.perf_counter()  # starts the counter
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    first = None
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content and first is None:
                first = time.perf_counter()
    return first or time.perf_counter(), time.perf_counter()
