from common import MODEL, get_client

from itertools import chain, pairwise


def answer_only(prompt):
    stream = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    )
    parts = {"answer": "", "reasoning": ""}
    for chunk, _ in pairwise(chain((c for c in stream if c.choices), [None])):
        delta = chunk.choices[0].delta
        for name in ("reasoning", "reasoning_content"):
            if hasattr(delta, name):
                parts["reasoning"] += getattr(delta, name) or ""
        text = delta.content or ""
        parts["answer"] += text
        print(text, end="", flush=True)
    return parts["answer"], parts["reasoning"]
