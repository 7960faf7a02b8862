from typing import Literal

from common import MODEL, get_client


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    create = get_client().chat.completions.create
    messages = [{"role": "user", "content": prompt}]
    if reader == "program":  # needs the whole answer before it can act: one request, one response
        return create(model=MODEL, messages=messages).choices[0].message.content

    pieces = []
    for chunk in create(model=MODEL, messages=messages, stream=True):
        piece = chunk.choices[0].delta.content if chunk.choices else None
        if piece:
            pieces.append(piece)
            print(piece, end="", flush=True)  # a person watches: show it while the rest is being written
    return "".join(pieces)


if __name__ == "__main__":
    for reader in ("human", "program"):
        text = ask("Count from 1 to 10 slowly.", reader)
        print(f"\n\nfor a {reader}: {len(text)} characters\n")
