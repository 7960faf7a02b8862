from common import MODEL, get_client

class Blocked(Exception):
    """The reply is not allowed to be shown."""

def guarded_reply(prompt, allowed):
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        piece = chunk.choices[0].delta.content if chunk.choices else None
        if piece:
            if not allowed(piece):
                raise Blocked(piece)
            print(piece, end="", flush=True)
            text += piece
    return text
