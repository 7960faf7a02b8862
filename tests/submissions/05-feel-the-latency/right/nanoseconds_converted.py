from time import perf_counter_ns

from common import MODEL, get_client

NS = 1_000_000_000


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    create = get_client().chat.completions.create
    messages = [{"role": "user", "content": prompt}]
    t0 = perf_counter_ns()
    if stream:
        first = next_content = 0
        for chunk in create(model=MODEL, messages=messages, stream=True):
            next_content = perf_counter_ns()
            if not first and chunk.choices[0].delta.content:
                first = next_content
        t1, t2 = first, perf_counter_ns()
    else:
        create(model=MODEL, messages=messages, stream=False)
        t1 = t2 = perf_counter_ns()
    return (t1 - t0) / NS, (t2 - t0) / NS
