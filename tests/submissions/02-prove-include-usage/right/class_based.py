"""Style: a small class keeps the state and has one method per concern."""
import os

from openai import OpenAI


class ReplyCollector:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.usage = None

    def feed(self, chunk) -> None:
        self._take_usage(chunk)
        self._take_text(chunk)

    def _take_usage(self, chunk) -> None:
        if chunk.usage is not None:
            self.usage = chunk.usage

    def _take_text(self, chunk) -> None:
        if not chunk.choices:
            return
        piece = chunk.choices[0].delta.content
        if piece:
            self.pieces.append(piece)
            print(piece, end="", flush=True)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class Streamer:
    def __init__(self) -> None:
        self.client = OpenAI(
            base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"]
        )
        self.model = os.environ["MODEL"]

    def run(self, prompt: str, include_usage: bool) -> ReplyCollector:
        collector = ReplyCollector()
        params = {"model": self.model, "messages": [{"role": "user", "content": prompt}]}
        if include_usage:
            params["stream_options"] = {"include_usage": True}
        for chunk in self.client.chat.completions.create(stream=True, **params):
            collector.feed(chunk)
        return collector


def stream_reply(prompt: str, include_usage: bool):
    result = Streamer().run(prompt, include_usage)
    return result.text, result.usage
