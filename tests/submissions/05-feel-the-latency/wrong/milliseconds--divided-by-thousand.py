import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.time()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    first = None
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content and first is None:
                first = time.time()
    end = time.time()
    first = first or end
    return (first - start) / 1000, (end - start) / 1000  # to seconds
