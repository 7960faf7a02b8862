import time

from common import MODEL, get_client


def time_reply(prompt, stream):
    response = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    start = first = end = None
    if stream:
        for chunk in response:
            if start is None:
                start = time.time()
            if chunk.choices[0].delta.content and first is None:
                first = time.time()
        end = time.time()
        return first - start, end - start
    start = time.time()
    text = response.choices[0].message.content
    end = time.time()
    return end - start, end - start
