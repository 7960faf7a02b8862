"""The SDK from the second half of the lesson."""
from common import MODEL, get_client


def inspect_stream(prompt: str) -> dict:
    stream = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    )
    deltas, text, finish_reason = [], "", None
    for chunk in stream:
        choice = chunk.choices[0]
        deltas.append(choice.delta.model_dump(exclude_unset=True))
        if choice.delta.content:
            text += choice.delta.content
            print(choice.delta.content, end="", flush=True)
        if choice.finish_reason:
            finish_reason = choice.finish_reason
    return {"deltas": deltas, "text": text, "finish_reason": finish_reason}
