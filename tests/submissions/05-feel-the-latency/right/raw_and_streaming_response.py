import json
import time

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    completions = get_client().chat.completions
    messages = [{"role": "user", "content": prompt}]
    if not stream:
        start = time.perf_counter()
        completions.with_raw_response.create(model=MODEL, messages=messages).parse()
        return (time.perf_counter() - start,) * 2
    times = []
    start = time.perf_counter()
    with completions.with_streaming_response.create(model=MODEL, messages=messages, stream=True) as response:
        for line in response.iter_lines():
            if line.startswith("data: {"):
                delta = json.loads(line.removeprefix("data: "))["choices"][0]["delta"]
                if delta.get("content"):
                    times.append(time.perf_counter() - start)
    return times[0], time.perf_counter() - start
