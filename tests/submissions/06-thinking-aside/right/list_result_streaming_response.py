import json

from common import MODEL, get_client


def answer_only(prompt):
    answer, reasoning = "", ""
    with get_client().chat.completions.with_streaming_response.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ) as response:
        for line in response.iter_lines():
            if not line.startswith("data: {"):
                continue
            choices = json.loads(line.removeprefix("data: ")).get("choices") or [{}]
            delta = choices[0].get("delta") or {}
            if t := (delta.get("reasoning_content") or delta.get("reasoning")):
                reasoning += t
            if c := delta.get("content"):
                answer += c
                print(c, end="", flush=True)
    return [answer, reasoning]
