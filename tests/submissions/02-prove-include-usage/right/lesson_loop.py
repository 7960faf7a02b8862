"""Style: the lesson's own loop, with stream_options built by a conditional expression."""
from common import get_client, MODEL


def stream_reply(prompt, include_usage):
    client = get_client()
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    stream = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        **options,
    )
    pieces, usage = [], None
    for chunk in stream:
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            piece = chunk.choices[0].delta.content
            pieces.append(piece)
            print(piece, end="", flush=True)
    print()
    return "".join(pieces), usage


if __name__ == "__main__":
    text, usage = stream_reply("Count from 1 to 10 slowly.", True)
    print("reassembled:", len(text), "chars | usage:", usage)
