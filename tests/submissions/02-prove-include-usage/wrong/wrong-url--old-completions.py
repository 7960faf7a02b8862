"""Mistake: the old completions endpoint with prompt= instead of chat.completions."""
from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    for chunk in get_client().completions.create(model=MODEL, prompt=prompt, stream=True, **options):
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].text:
            print(chunk.choices[0].text, end="", flush=True)
            text += chunk.choices[0].text
    return text, usage
