"""Style: with_raw_response, looks at the status first, then parse() gives the stream."""
from common import MODEL, get_client


def stream_reply(prompt: str, include_usage: bool):
    raw = get_client().chat.completions.with_raw_response.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        stream_options={"include_usage": bool(include_usage)},
    )
    print("HTTP", raw.http_response.status_code, raw.headers.get("content-type"), flush=True)
    stream = raw.parse()

    answer = []
    usage = None
    for chunk in stream:
        if chunk.usage is not None:
            usage = chunk.usage
        if len(chunk.choices) > 0:
            answer.append(chunk.choices[0].delta.content or "")
            print(answer[-1], end="", flush=True)
    print("\n--- done ---")
    return "".join(answer), usage
