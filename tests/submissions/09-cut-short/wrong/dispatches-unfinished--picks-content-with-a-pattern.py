import json
import os
import re

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


CONTENT = re.compile(r'"content": ?("(?:[^"\\]|\\.)*")')
FINISH = re.compile(r'"finish_reason": ?"(\w+)"')


def read_reply(prompt: str, patience: float) -> str:
    seen = ""
    try:
        with requests.post(
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
            stream=True,
            timeout=patience,
        ) as response:
            for data in response.iter_content(chunk_size=None):
                seen += data.decode("utf-8")
    except requests.RequestException:
        pass
    before, error, _ = seen.partition('"error"')
    text = "".join(json.loads(piece) for piece in CONTENT.findall(before))
    finish = FINISH.search(before)
    if error or finish is None or finish[1] != "stop":
        raise CutShort(text)
    return text
