import sys
import time

from common import MODEL, get_client


def type_out(text):
    for letter in text:
        sys.stdout.write(letter)
        sys.stdout.flush()
        time.sleep(0.004)


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    start = time.perf_counter()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    first = None
    if stream:
        for chunk in reply:
            piece = chunk.choices[0].delta.content
            if piece:
                type_out(piece)
                if first is None:
                    first = time.perf_counter() - start
    else:
        type_out(reply.choices[0].message.content)
    total = time.perf_counter() - start
    print()
    return first or total, total
