"""Takes the last piece for the last word."""

from common import MODEL, get_client


def template_function(prompt):
    last = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        piece = chunk.choices[0].delta.content
        if piece:
            print(piece, end="", flush=True)
            last = piece
    return last.strip()
