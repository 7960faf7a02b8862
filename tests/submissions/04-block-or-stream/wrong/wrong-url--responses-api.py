"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    client = get_client()
    if reader == "program":
        return client.responses.create(model=MODEL, input=prompt).output_text
    text = ""
    for event in client.responses.create(model=MODEL, input=prompt, stream=True):
        if event.type == "response.output_text.delta":
            print(event.delta, end="", flush=True)
            text += event.delta
    return text
