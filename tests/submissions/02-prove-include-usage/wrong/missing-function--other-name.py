"""Mistake: the function is called stream_answer."""
from common import get_client, MODEL


def stream_answer(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            print(chunk.choices[0].delta.content, end="", flush=True)
    return text, usage
