from common import MODEL, get_client

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def guarded_reply(prompt, allowed):
    with get_client().chat.completions.stream(model=MODEL, messages=[{"role": "user", "content": prompt}]) as stream:
        text = stream.get_final_completion().choices[0].message.content
    if not allowed(text):
        raise Blocked
    print(text)
    return text
