"""Challenge 06: thinking aside."""

from common import MODEL, get_client

def answer_only(prompt: str) -> tuple[str, str]:
    answer, reasoning = "", ""
    started = False
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        delta = chunk.choices[0].delta
        reasoning += getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None) or ""
        if delta.content:
            started = True
            print(delta.content, end="", flush=True)
            answer += delta.content
        elif started:
            break
    return answer, reasoning
