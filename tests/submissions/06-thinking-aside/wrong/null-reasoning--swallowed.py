"""Challenge 06: thinking aside."""

from common import MODEL, get_client

def answer_only(prompt: str) -> tuple[str, str]:
    answer, reasoning = "", ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        delta = chunk.choices[0].delta
        try:
            reasoning += getattr(delta, "reasoning_content", getattr(delta, "reasoning", ""))
            if delta.content:
                print(delta.content, end="", flush=True)
                answer += delta.content
        except TypeError:
            pass
    return answer, reasoning
