import http.client
import json
import os
import urllib.request


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        data=json.dumps(
            {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
        ).encode(),
        headers={
            "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"],
            "Content-Type": "application/json",
        },
    )
    so_far, reason = [], None
    try:
        with urllib.request.urlopen(request, timeout=patience) as response:
            for line in response:
                if not line.startswith(b"data: "):
                    continue
                if not line.endswith(b"\n"):
                    break  # half a line: the connection is gone
                payload = line[6:].strip()
                if payload == b"[DONE]":
                    break
                chunk = json.loads(payload)
                if "error" in chunk:
                    break
                [choice] = chunk["choices"]
                so_far.append(choice["delta"].get("content", ""))
                reason = reason or choice["finish_reason"]
    except (OSError, http.client.HTTPException):
        pass
    text = "".join(so_far)
    if reason == "stop":
        return text
    raise CutShort(text)
