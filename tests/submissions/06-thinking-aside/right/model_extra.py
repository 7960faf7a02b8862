from common import MODEL, get_client

def answer_only(prompt: str) -> tuple[str, str]:
    stream = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    answer = reasoning = ""
    for chunk in stream:
        for choice in chunk.choices:
            extra = choice.delta.model_extra or {}
            reasoning += extra.get("reasoning_content") or extra.get("reasoning") or ""
            if choice.delta.content:
                answer += choice.delta.content
                print(choice.delta.content, end="", flush=True)
    return answer, reasoning
