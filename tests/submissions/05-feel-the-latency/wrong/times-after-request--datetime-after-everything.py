from datetime import datetime

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    chunks = list(reply) if stream else [reply]
    start = datetime.now()
    first = None
    for chunk in chunks:
        if stream and chunk.choices[0].delta.content and first is None:
            first = (datetime.now() - start).total_seconds()
    total = (datetime.now() - start).total_seconds()
    return first or total, total
