"""Challenge 06: thinking aside."""

from common import MODEL, get_client

import sys


def answer_only(prompt: str) -> tuple[str, str]:
    kinds = []
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "system", "content": "think"}, {"role": "user", "content": prompt}], stream=True,
        extra_body={"include_reasoning": True},
    ):
        d = chunk.choices[0].delta.model_dump()
        for kind, names in (("think", ("reasoning_content", "reasoning")), ("say", ("content",))):
            text = "".join(d.get(n) or "" for n in names)
            if not text:
                continue
            if kinds and kinds[-1][0] != kind:
                sys.stdout.write(f"\n--- {kind} ---\n")
            kinds.append((kind, text))
            if kind == "say":
                sys.stdout.write(text)
            sys.stdout.flush()
    return "".join(t for k, t in kinds if k == "say"), "".join(t for k, t in kinds if k == "think")
