"""Mistake: builds a client but never uses it; the prompt itself is handed back as the reply."""
from common import get_client, MODEL


def stream_reply(prompt: str, include_usage: bool):
    client = get_client()
    text = f"{MODEL}: {prompt}"
    for letter in text:
        print(letter, end="", flush=True)
    usage = None
    if include_usage:
        usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    client.close()
    return text, usage
