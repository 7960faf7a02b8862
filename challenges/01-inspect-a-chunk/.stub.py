"""Challenge 01: inspect a chunk.

Run it against a replayed stream:   make play C=1
Have it graded:                     make grade C=1
"""


def inspect_stream(prompt: str) -> dict:
    """Ask for a stream by hand, print every chunk as it arrives, and report what the chunks held.

    By hand means with `requests` or any other plain HTTP client, but not with the openai SDK.

    POST to {OPENAI_BASE_URL}/chat/completions with the bearer key OPENAI_API_KEY and a JSON body that holds
    the model (MODEL), the prompt as the user message, and "stream": true. All three names are environment variables.

    Print each chunk as soon as it has arrived (the whole chunk, or the text in it), so that someone who watches sees
    the answer grow.

    Return {"deltas": [...], "text": "...", "finish_reason": "..."}:
      deltas         the `delta` object of every chunk, in order, exactly as received
      text           the `content` of the deltas, put together in order
      finish_reason  the finish reason, which stands on the final content chunk
    """
    raise NotImplementedError


if __name__ == "__main__":
    print(inspect_stream("Count from 1 to 10 slowly."))
