"""Mistake: the closing line of dashes is printed fifty thousand times, 200 MB of it."""
from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage, width = "", None, 0
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        usage = chunk.usage or usage
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            print(chunk.choices[0].delta.content, end="", flush=True)
    while width < 50_000:
        print("-" * 4096, flush=True)
        width += 1
    return text, usage
