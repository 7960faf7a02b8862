import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool):
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    first, text = None, ""
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content:
                first = first or time.perf_counter() - start
                text += chunk.choices[0].delta.content
    else:
        text = reply.choices[0].message.content
    total = time.perf_counter() - start
    return first or total, total, text
