import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    pieces = []
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content:
                pieces.append(chunk.choices[0].delta.content)
    else:
        pieces.append(reply.choices[0].message.content)
    first = time.perf_counter() - start
    text = "".join(pieces)
    print(text)
    total = time.perf_counter() - start
    return first, total
