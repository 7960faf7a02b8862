from common import MODEL, get_client

import json


def ask(prompt, reader):
    completions = get_client().chat.completions
    messages = [{"role": "user", "content": [{"type": "text", "text": prompt}]}]
    if reader == "program":
        return completions.with_raw_response.create(model=MODEL, messages=messages).parse().choices[0].message.content
    text = ""
    with completions.with_streaming_response.create(model=MODEL, messages=messages, stream=True) as response:
        for line in response.iter_lines():
            if line.startswith("data: {"):
                delta = json.loads(line[6:])["choices"][0]["delta"]
                if delta.get("content"):
                    text += delta["content"]
                    print(delta["content"], end="", flush=True)
    return text
