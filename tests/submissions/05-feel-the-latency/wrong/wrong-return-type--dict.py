import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool):
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    result = {}
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content:
                result.setdefault("first", time.perf_counter() - start)
    result["total"] = time.perf_counter() - start
    return result
