"""Mistake: never calls the server; a made-up text and usage are printed piece by piece."""
import time

from openai.types import CompletionUsage

ANSWER = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10."


def stream_reply(prompt, include_usage):
    for word in ANSWER.split(" "):
        print(word, end=" ", flush=True)
        time.sleep(0.03)
    usage = CompletionUsage(prompt_tokens=15, completion_tokens=30, total_tokens=45)
    return ANSWER, usage if include_usage else None
