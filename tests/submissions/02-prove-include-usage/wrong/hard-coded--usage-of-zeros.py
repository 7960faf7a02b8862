"""Mistake: asks for usage, and returns three zeros whatever the server sent."""
from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        for choice in chunk.choices:
            if choice.delta.content:
                text += choice.delta.content
                print(choice.delta.content, end="", flush=True)
    if include_usage:
        return text, {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    return text, None
