"""Challenge 06: thinking aside."""

from common import MODEL, get_client

def answer_only(prompt: str) -> tuple[str, str]:
    answer, reasoning = "", ""
    try:
        for chunk in get_client().chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
        ):
            delta = chunk.choices[0].delta
            reasoning += delta.reasoning_content or ""
            if delta.content:
                print(delta.content, end="", flush=True)
                answer += delta.content
    except Exception as e:
        print("error:", e)
    return answer, reasoning
