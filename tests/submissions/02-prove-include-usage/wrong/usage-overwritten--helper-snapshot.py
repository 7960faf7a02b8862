"""Mistake: trusts the final snapshot of the .stream() helper, whose usage is that of the last chunk only."""
from openai import omit

from common import MODEL, get_client


def stream_reply(prompt: str, include_usage: bool):
    with get_client().chat.completions.stream(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream_options={"include_usage": True} if include_usage else omit,
    ) as stream:
        for event in stream:
            if event.type == "content.delta":
                print(event.delta, end="", flush=True)
        final = stream.get_final_completion()
    return final.choices[0].message.content, final.usage
