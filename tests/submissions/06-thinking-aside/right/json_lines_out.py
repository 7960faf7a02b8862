"""Challenge 06: thinking aside."""

from common import MODEL, get_client

import json


def answer_only(prompt: str) -> tuple[str, str]:
    answer, reasoning = "", ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        delta = json.loads(chunk.model_dump_json())["choices"][0]["delta"]
        thought = delta.get("reasoning_content") or delta.get("reasoning")
        if thought:
            reasoning += thought
            print(json.dumps({"type": "thinking", "length": len(thought)}), flush=True)
        if delta["content"]:
            answer += delta["content"]
            print(json.dumps({"type": "answer", "text": delta["content"]}), flush=True)
    return answer, reasoning
