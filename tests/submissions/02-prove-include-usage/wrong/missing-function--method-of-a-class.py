"""Mistake: stream_reply is a method of a class, not a function of the file."""
from common import MODEL, get_client


class Chat:
    def __init__(self):
        self.client = get_client()

    def stream_reply(self, prompt, include_usage):
        options = {"stream_options": {"include_usage": True}} if include_usage else {}
        text, usage = "", None
        for chunk in self.client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
        ):
            usage = chunk.usage or usage
            if chunk.choices and chunk.choices[0].delta.content:
                text += chunk.choices[0].delta.content
                print(chunk.choices[0].delta.content, end="", flush=True)
        return text, usage


if __name__ == "__main__":
    Chat().stream_reply("Count from 1 to 10 slowly.", True)
