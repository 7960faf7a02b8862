"""Mistake: sys.stdout.write for each piece, and the flush only after the loop."""
import os
import sys

from openai import OpenAI


class Screen:
    def __init__(self):
        self.text = ""

    def put(self, piece):
        self.text += piece
        sys.stdout.write(piece)


def stream_reply(prompt: str, include_usage: bool):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    screen, usage = Screen(), None
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True, **kwargs
    ):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            screen.put(choice.delta.content or "")
    sys.stdout.flush()
    return screen.text, usage
