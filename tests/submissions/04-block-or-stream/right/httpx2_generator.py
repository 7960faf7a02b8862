import json
import os

import httpx2


def ask(prompt, reader):
    url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]}
    with httpx2.Client(headers=headers, timeout=30) as client:
        if reader == "program":
            return client.post(url, json=body).raise_for_status().json()["choices"][0]["message"]["content"]
        parts = []
        with client.stream("POST", url, json=body | {"stream": True}) as response:
            for line in response.iter_lines():
                if line.startswith("data: {"):
                    choices = json.loads(line[6:])["choices"]
                    parts += [choice["delta"].get("content") or "" for choice in choices]
                    print(parts[-1], end="", flush=True)
        return "".join(parts)
