import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if not stream:
        total = time.perf_counter() - start
        return total, total
    first, phrase = None, ""
    for chunk in reply:
        phrase += chunk.choices[0].delta.content or ""
        if len(phrase.split()) >= 4 and first is None:  # a few words, so that there is something to read
            first = time.perf_counter() - start
    return first, time.perf_counter() - start
