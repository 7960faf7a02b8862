"""http.client, with the time limit set on the socket itself."""
import http.client
import json
import os
import urllib.parse


class CutShort(Exception):
    """Raised when the answer is not whole."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    base = urllib.parse.urlparse(os.environ["OPENAI_BASE_URL"])
    conn = http.client.HTTPConnection(base.hostname, base.port, timeout=30)
    answer = []
    verdict = "no finish reason"
    try:
        conn.request(
            "POST",
            base.path + "/chat/completions",
            json.dumps({"model": os.environ["MODEL"], "stream": True, "messages": [{"role": "user", "content": prompt}]}),
            {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"},
        )
        sock = conn.sock  # getresponse() may let go of it
        resp = conn.getresponse()
        sock.settimeout(patience)
        while True:
            line = resp.readline()
            if not line.endswith(b"\n"):
                break  # the end, or the end of a torn line
            line = line.rstrip(b"\r\n")
            if line == b"data: [DONE]":
                break
            if line.startswith(b"data: "):
                data = json.loads(line[6:])
                if data.get("error"):
                    verdict = "error"
                    break
                for choice in data["choices"]:
                    answer.append(choice["delta"].get("content") or "")
                    if choice["finish_reason"]:
                        verdict = choice["finish_reason"]
    except (OSError, http.client.HTTPException) as problem:
        print("line went dead:", problem)
    conn.close()
    if verdict == "stop":
        return "".join(answer)
    raise CutShort("".join(answer))
