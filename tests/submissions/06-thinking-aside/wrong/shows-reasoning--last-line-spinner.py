"""Challenge 06: thinking aside."""

from common import MODEL, get_client

def answer_only(prompt: str) -> tuple[str, str]:
    answer, reasoning = "", ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        delta = chunk.choices[0].delta
        thought = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None) or ""
        if thought:
            reasoning += thought
            print("\rthinking: …" + reasoning[-20:], end="", flush=True)
        if delta.content:
            print(delta.content, end="", flush=True)
            answer += delta.content
    return answer, reasoning
