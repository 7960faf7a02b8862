from common import MODEL, get_client


def answer_only(prompt: str) -> tuple[str, str]:
    stream = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    )
    answer, reasoning = [], []
    for chunk in stream:
        if not chunk.choices:
            continue
        delta = chunk.choices[0].delta
        # Extra fields are there only when they were sent, and each server has one name of its own.
        reasoning.append(getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None) or "")
        if delta.content:  # not `elif`: a chunk may carry both
            answer.append(delta.content)
            print(delta.content, end="", flush=True)
    return "".join(answer), "".join(reasoning)


if __name__ == "__main__":
    answer, reasoning = answer_only("How many legs do two spiders have? Think first.")
    print(f"\n\nanswer: {len(answer)} characters | thought before: {reasoning!r}")
