"""Style: always sends stream_options and puts the flag itself in it, true or false."""
from common import get_client, MODEL


def stream_reply(prompt, include_usage):
    stream = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": include_usage},
    )
    full, usage = "", None
    for chunk in stream:
        try:
            piece = chunk.choices[0].delta.content
        except IndexError:
            piece = None
        full += piece or ""
        print(piece or "", end="", flush=True)
        usage = usage if chunk.usage is None else chunk.usage
    return full, usage
