import json
import os
from urllib.request import Request, urlopen


def ask(prompt, reader):
    human = reader == "human"
    body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}]}
    if human:
        body["stream"] = True
    request = Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    )
    with urlopen(request, timeout=60) as response:
        if not human:
            return json.load(response)["choices"][0]["message"]["content"]
        text = ""
        for line in response:
            if line.startswith(b"data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    piece = choice["delta"].get("content") or ""
                    print(piece, end="", flush=True)
                    text += piece
        return text
