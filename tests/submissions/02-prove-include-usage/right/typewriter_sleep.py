"""Style: a typewriter effect, five milliseconds a character, while the stream goes on."""
import sys
import time

from common import MODEL, get_client


def typewrite(s):
    for letter in s:
        sys.stdout.write(letter)
        sys.stdout.flush()
        time.sleep(0.005)


def stream_reply(prompt, include_usage):
    create = get_client().chat.completions.create
    messages = [{"role": "user", "content": prompt}]
    if include_usage:
        stream = create(model=MODEL, messages=messages, stream=True, stream_options={"include_usage": True})
    else:
        stream = create(model=MODEL, messages=messages, stream=True)

    reply = ""
    usage = None
    for chunk in stream:
        if chunk.usage:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            typewrite(chunk.choices[0].delta.content)
            reply += chunk.choices[0].delta.content
    print("\n\n" + "=" * 40)
    print("whole reply once more:\n" + reply)
    print("usage:", usage)
    return reply, usage
