import time

from common import MODEL, get_client


def time_reply(prompt, stream):
    start = time.time()
    response = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if not stream:
        end = time.time()
        return end - start, end - start
    first = None
    text = ""
    for chunk in response:
        if first is None:
            first = time.time() - start
        text += chunk.choices[0].delta.content or ""
    return first, time.time() - start
