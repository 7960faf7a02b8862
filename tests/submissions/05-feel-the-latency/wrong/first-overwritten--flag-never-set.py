import time

from common import MODEL, get_client


def time_reply(prompt, stream):
    is_first = True
    begin = time.monotonic()
    response = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if stream:
        for chunk in response:
            content = chunk.choices[0].delta.content
            if content and is_first:
                is_First = False
                first = time.monotonic() - begin
            print(content or "", end="", flush=True)
    end = time.monotonic() - begin
    if not stream:
        first = end
    return first, end
