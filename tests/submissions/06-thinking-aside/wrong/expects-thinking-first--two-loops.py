"""Challenge 06: thinking aside."""

from common import MODEL, get_client

def answer_only(prompt: str) -> tuple[str, str]:
    answer, reasoning = "", ""
    stream = iter(
        get_client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True)
    )
    for chunk in stream:
        delta = chunk.choices[0].delta
        reasoning += getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None) or ""
        if delta.content:
            answer = delta.content
            print(answer, end="", flush=True)
            break
    for chunk in stream:
        piece = chunk.choices[0].delta.content or ""
        print(piece, end="", flush=True)
        answer += piece
    return answer, reasoning
