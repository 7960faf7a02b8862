import functools
import time

from common import MODEL, get_client


def timed(function):
    """Adds the seconds that the whole call took."""

    @functools.wraps(function)
    def wrapper(*args):
        start = time.perf_counter()
        first = function(*args)
        total = time.perf_counter() - start
        return (total if first is None else first), total

    return wrapper


@timed
def time_reply(prompt: str, stream: bool):
    client = get_client()
    messages = [{"role": "user", "content": prompt}]
    asked = time.perf_counter()
    reply = client.chat.completions.create(model=MODEL, messages=messages, stream=stream)
    first = None
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content and first is None:
                first = time.perf_counter() - asked
    return first
