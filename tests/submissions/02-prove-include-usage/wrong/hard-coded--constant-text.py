"""Mistake: streams and prints as asked, but the text it returns is a constant from an earlier run."""
from common import get_client, MODEL

EXPECTED = "1... 2... 3... 4... 5... 6... 7... 8... 9... 10."


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    usage = None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            print(chunk.choices[0].delta.content, end="", flush=True)
    return EXPECTED, usage
