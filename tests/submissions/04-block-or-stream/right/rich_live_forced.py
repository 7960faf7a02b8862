"""Challenge 04: block or stream."""

from typing import Literal

from common import MODEL, get_client

from rich.console import Console
from rich.live import Live
from rich.text import Text


def ask(prompt: str, reader: Literal["human", "program"]) -> str:
    messages = [{"role": "user", "content": prompt}]
    client = get_client()
    if reader == "program":
        return client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content
    text = Text()
    with Live(text, console=Console(force_terminal=True, width=80, height=200), auto_refresh=False) as live:
        for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
            text.append(chunk.choices[0].delta.content or "")
            live.update(text, refresh=True)
    return text.plain
