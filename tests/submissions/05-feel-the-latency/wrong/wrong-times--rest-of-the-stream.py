import time
from common import MODEL, get_client
def time_reply(prompt, stream):
    t = time.time()
    r = get_client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream)
    f = None
    if stream:
        for c in r:
            if c.choices[0].delta.content and f is None: f = time.time()
    e = time.time()
    return (e - f if f else e - t), e - t
