from common import MODEL, get_client

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def guarded_reply(prompt, allowed):
    reply = get_client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}])
    text = reply.choices[0].message.content
    if not allowed(text):
        raise Blocked
    print(text)
    return text
