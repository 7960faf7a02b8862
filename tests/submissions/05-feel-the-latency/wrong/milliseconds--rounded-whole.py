from datetime import datetime, timedelta

from common import MODEL, get_client

MS = timedelta(milliseconds=1)


def time_reply(prompt, stream):
    start = datetime.now()
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    first = None
    if stream:
        for chunk in reply:
            if chunk.choices[0].delta.content and first is None:
                first = (datetime.now() - start) // MS
    total = (datetime.now() - start) // MS
    return first if first is not None else total, total
