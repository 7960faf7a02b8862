"""Challenge 06: thinking aside."""

from common import MODEL, get_client

def answer_only(prompt: str) -> tuple[str, str]:
    answer, reasoning = "", ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        delta = chunk.choices[0].delta
        if hasattr(delta, "reasoning_content"):
            reasoning += delta.reasoning_content
        elif hasattr(delta, "reasoning"):
            reasoning += delta.reasoning
        if delta.content:
            print(delta.content, end="", flush=True)
            answer += delta.content
    return answer, reasoning
