from common import MODEL, get_client

from concurrent.futures import ThreadPoolExecutor

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def collect(prompt):
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
    return text


def guarded_reply(prompt, allowed):
    with ThreadPoolExecutor() as pool:
        text = pool.submit(collect, prompt).result()
        ok = pool.submit(allowed, text)
        if ok.result():
            print(text)
            return text
    raise Blocked(f"{len(text)} characters")
