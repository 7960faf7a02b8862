import multiprocessing
import time

from common import MODEL, get_client


def read(prompt, stream, pipe):
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    for chunk in reply if stream else ():
        pipe.send(chunk.choices[0].delta.content or "")
    pipe.send(None)


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    reader = context.Process(target=read, args=(prompt, stream, theirs))
    start = time.perf_counter()
    reader.start()
    first = None
    while (piece := ours.recv()) is not None:
        if piece and first is None:
            first = time.perf_counter() - start
    total = time.perf_counter() - start
    reader.join()
    return (total if first is None else first), total
