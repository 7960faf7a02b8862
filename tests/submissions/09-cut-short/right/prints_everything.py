import logging
import sys
import time

from common import MODEL, get_client
from openai import APIConnectionError, APIError, APITimeoutError

logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
log = logging.getLogger("read_reply")


class CutShort(Exception):  # given
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt: str, patience: float) -> str:
    started = time.perf_counter()
    received: list[str] = []
    finish_reason: str | None = None
    why = "the stream ended without a finish reason"

    print(f">>> asking {MODEL}, patience {patience} s", flush=True)
    client = get_client()
    client.max_retries = 0
    client.timeout = patience
    try:
        stream = client.chat.completions.create(
            model=MODEL,
            messages=[
                {"role": "system", "content": "Answer briefly."},
                {"role": "user", "content": prompt},
            ],
            stream=True,
            stream_options={"include_usage": True},
        )
        for number, chunk in enumerate(stream):
            if chunk.usage:
                print(f"\n[usage {chunk.usage.total_tokens}]")
            if not chunk.choices:
                continue
            choice = chunk.choices[0]
            if choice.delta.content:
                received.append(choice.delta.content)
                print(choice.delta.content, end="", flush=True)
            if choice.finish_reason:
                finish_reason = choice.finish_reason
                why = f"finish reason {finish_reason}"
    except APITimeoutError:
        why = "silence"
    except APIConnectionError as error:
        why = f"connection: {error}"
    except APIError as error:
        why = f"server: {error.message}"
    finally:
        print(f"\n<<< {time.perf_counter() - started:.2f} s, {why}")

    text = "".join(received)
    if finish_reason == "stop":
        return text
    log.warning("cut short: %s", why)
    raise CutShort(text)
