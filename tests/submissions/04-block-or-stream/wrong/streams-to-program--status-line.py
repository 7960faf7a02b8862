"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    client = get_client()
    messages = [{"role": "user", "content": prompt}]
    print(f"[{reader}] asking {MODEL} ...", flush=True)
    if reader == "human":
        text = ""
        for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
            piece = chunk.choices[0].delta.content or ""
            print(piece, end="", flush=True)
            text += piece
        return text
    return client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content
