"""Prints each piece in time, and leaves it in the buffer."""

from common import MODEL, get_client


def template_function(prompt):
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        piece = chunk.choices[0].delta.content or ""
        print(piece, end="")
        text += piece
    return text.split()[-1]
