"""Mistake: a limit of three pieces, left in from trying things out."""
import os

from openai import OpenAI

LIMIT = 3


def pieces_of(stream, state):
    for chunk in stream:
        state["usage"] = chunk.usage or state["usage"]
        for choice in chunk.choices:
            if choice.delta.content:
                yield choice.delta.content


def stream_reply(prompt, include_usage):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    stream = client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": include_usage},
    )
    state, text = {"usage": None}, ""
    for number, piece in enumerate(pieces_of(stream, state), 1):
        text += piece
        print(piece, end="", flush=True)
        if number == LIMIT:
            break
    stream.close()
    return text, state["usage"]
