from common import MODEL, get_client
from openai.types import CompletionUsage


def stream_reply(prompt: str, include_usage: bool) -> tuple[str, CompletionUsage | None]:
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    stream = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        **options,
    )
    pieces, usage = [], None
    for chunk in stream:
        if chunk.usage is not None:  # on the last chunk, on a content chunk, or on all: the last one counts
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:  # the usage chunk has no choices
            piece = chunk.choices[0].delta.content
            pieces.append(piece)
            print(piece, end="", flush=True)
    return "".join(pieces), usage


if __name__ == "__main__":
    for asked in (True, False):
        text, usage = stream_reply("Count from 1 to 10 slowly.", asked)
        print("\n\nreassembled:", len(text), "chars | usage:", usage)
