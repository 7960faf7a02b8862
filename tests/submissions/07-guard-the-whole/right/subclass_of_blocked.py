from common import MODEL, get_client

class Blocked(Exception):
    """The reply is not allowed to be shown."""

class BlockedByPolicy(Blocked):
    def __init__(self, length):
        super().__init__(f"a reply of {length} characters is not allowed")


class Guard:
    def __init__(self, allowed):
        self.allowed = allowed

    def pass_or_raise(self, text):
        if not self.allowed(text):
            raise BlockedByPolicy(len(text))
        return text


def guarded_reply(prompt, allowed):
    chunks = list(get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    print(Guard(allowed).pass_or_raise(text))
    return text
