import json
import os
import socket
import threading

import requests


class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class Watchdog:
    """Shuts the connection down when nobody has patted it for a while."""

    def __init__(self, seconds, bark):
        self.seconds = seconds
        self.bark = bark
        self.timer = None

    def pat(self):
        self.stop()
        self.timer = threading.Timer(self.seconds, self.bark)
        self.timer.daemon = True
        self.timer.start()

    def stop(self):
        if self.timer is not None:
            self.timer.cancel()


def read_reply(prompt: str, patience: float) -> str:
    response = requests.post(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True},
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        stream=True,
    )
    sock = response.raw._connection.sock if response.raw._connection else response.raw._fp.fp.raw._sock
    dog = Watchdog(patience, lambda: sock.shutdown(socket.SHUT_RDWR))
    buffer = b""
    text, reason, failed = "", None, False
    try:
        dog.pat()
        for data in response.iter_content(None):
            dog.pat()
            buffer += data
            *lines, buffer = buffer.split(b"\n")
            for line in lines:
                if not line.startswith(b"data: {"):
                    continue
                chunk = json.loads(line[6:])
                failed = failed or "error" in chunk
                for choice in chunk.get("choices", []):
                    text += choice["delta"].get("content") or ""
                    reason = choice["finish_reason"] or reason
    except requests.RequestException:
        pass
    finally:
        dog.stop()
    if failed or reason != "stop":
        raise CutShort(text)
    return text
