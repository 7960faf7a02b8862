from common import MODEL, get_client

import io
from contextlib import redirect_stdout

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def guarded_reply(prompt, allowed):
    hidden = io.StringIO()
    with redirect_stdout(hidden):
        for chunk in get_client().chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
        ):
            if chunk.choices and chunk.choices[0].delta.content:
                print(chunk.choices[0].delta.content, end="", flush=True)
    text = hidden.getvalue()
    if not allowed(text):
        raise Blocked
    print(text)
    return text
