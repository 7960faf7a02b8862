import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    text, first = "", None
    if stream:
        for chunk in reply:
            text += chunk.choices[0].delta.content or ""
            if text.endswith((".", "!", "?")) and first is None:
                first = time.perf_counter() - start
    total = time.perf_counter() - start
    return first or total, total
