from common import MODEL, get_client

def answer_only(prompt: str) -> tuple[str, str]:
    stream = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    answer, reasoning = [], []
    for chunk in stream:
        if not chunk.choices:
            continue
        delta = chunk.choices[0].delta
        if delta.content:
            answer.append(delta.content)
            print(delta.content, end="", flush=True)
    return "".join(answer), "".join(reasoning)
