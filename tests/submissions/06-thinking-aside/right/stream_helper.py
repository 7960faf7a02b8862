from common import MODEL, get_client

def thought_of(delta):
    data = delta.to_dict()
    return data.get("reasoning") or data.get("reasoning_content") or ""


def answer_only(prompt):
    thoughts = []
    with get_client().chat.completions.stream(model=MODEL, messages=[{"role": "user", "content": prompt}]) as stream:
        for event in stream:
            if event.type == "chunk" and event.chunk.choices:
                thoughts.append(thought_of(event.chunk.choices[0].delta))
            elif event.type == "content.delta":
                print(event.delta, end="", flush=True)
        final = stream.get_final_completion()
    return final.choices[0].message.content or "", "".join(thoughts)
