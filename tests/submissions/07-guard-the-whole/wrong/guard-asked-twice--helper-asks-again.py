from common import MODEL, get_client

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def show(text, allowed):
    if allowed(text):
        print(text)


def guarded_reply(prompt, allowed):
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
    if not allowed(text):
        raise Blocked
    show(text, allowed)
    return text
