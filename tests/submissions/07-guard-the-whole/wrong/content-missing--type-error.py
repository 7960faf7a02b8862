from common import MODEL, get_client

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def guarded_reply(prompt, allowed):
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        text += chunk.choices[0].delta.content
    if not allowed(text):
        raise Blocked
    print(text)
    return text
