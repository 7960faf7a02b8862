"""Collects first and prints afterwards."""

from common import MODEL, get_client


def template_function(prompt):
    pieces = []
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        pieces.append(chunk.choices[0].delta.content or "")
    text = "".join(pieces)
    print(text)
    return text.split()[-1]
