"""Challenge 06: thinking aside."""

from common import MODEL, get_client

def answer_only(prompt: str) -> tuple[str, str]:
    answer, reasoning = "", ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        delta = chunk.choices[0].delta
        for read in (lambda: delta.reasoning_content, lambda: delta.reasoning):
            try:
                reasoning += read()
            except (AttributeError, TypeError):
                pass
        try:
            answer += delta.content
        except TypeError:
            continue
        print(delta.content, end="", flush=True)
    return answer, reasoning
