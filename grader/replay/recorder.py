"""Recording: a streamed reply of any OpenAI-compatible endpoint, with its read boundaries and arrival times."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.errors import UsageError
from grader.files import write
from grader.stream.traits import dialect

KEPT_HEADERS = ("content-type", "server", "x-accel-buffering", "cache-control")


@dataclass(frozen=True)
class Recording:
    """`reads` holds, of each network read, its arrival in ms from the request and its length in bytes."""

    body: bytes
    reads: list[tuple[float, int]]
    status: int
    headers: list[tuple[str, str]]
    headers_ms: float
    model: str
    prompt: str

    def save(self, path: Path) -> None:
        """Writes `path` and the .toml beside it. Raises UsageError where that cannot be done."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.body)
            write(path.with_suffix(".toml"), self.about())
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror}). Choose another place.") from None

    def about(self) -> str:
        """The .toml. The key is in none of it."""
        fields: list[tuple[str, Any]] = [
            ("origin", "recorded"),
            ("note", f"A reply to: {self.prompt}"),
            ("dialect", dialect(self.body)),  # a first guess; its author has the last word
            ("engine", next((value for name, value in self.headers if name.lower() == "server"), "")),
            ("model", self.model),
            ("recorded", datetime.now(UTC).date().isoformat()),
            ("status", self.status),
            ("headers", [list(header) for header in self.headers]),
            ("headers_ms", self.headers_ms),
        ]
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields]
        reads = "".join(f"    [{ms}, {length}],\n" for ms, length in self.reads)
        return (
            "\n".join(lines)
            + f"\n# One network read each: [arrival in ms from the request, length in bytes]\nreads = [\n{reads}]\n"
        )


def record(
    base_url: str, key: str, model: str, prompt: str, *, include_usage: bool = False, max_tokens: int | None = None
) -> Recording:
    """Asks for one streamed reply and keeps it as it came in. Raises UsageError where there is none."""
    import httpx2

    wanted: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": prompt}], "stream": True}
    if include_usage:
        wanted["stream_options"] = {"include_usage": True}
    if max_tokens is not None:
        wanted["max_tokens"] = max_tokens
    url = base_url.rstrip("/") + "/chat/completions"
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
    try:
        with httpx2.Client(timeout=120) as client:
            return _receive(client, url, headers, wanted, model, prompt)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise UsageError(
            f"{url}: {type(error).__name__}: {error}. Check OPENAI_BASE_URL, and that the server runs."
        ) from None


def _receive(
    client: Any, url: str, headers: dict[str, str], wanted: dict[str, Any], model: str, prompt: str
) -> Recording:
    started = time.monotonic()

    def elapsed() -> float:
        return round((time.monotonic() - started) * 1000, 1)

    with client.stream("POST", url, json=wanted, headers=headers) as response:
        headers_ms = elapsed()
        if response.status_code != 200:
            said = response.read().decode("utf-8", "replace")[:300]
            raise UsageError(f"{url}: answered {response.status_code}, expected 200 and a stream. It said: {said}")
        if "event-stream" not in response.headers.get("content-type", ""):
            kind = response.headers.get("content-type", "no content type")
            raise UsageError(f"{url}: answered with {kind}, expected text/event-stream. Does this model stream?")
        reads, body = [], bytearray()
        for data in response.iter_raw():
            reads.append((elapsed(), len(data)))
            body += data
        kept = [(name, value) for name, value in _as_sent(response.headers.raw) if name.lower() in KEPT_HEADERS]
    if not body:
        raise UsageError(f"{url}: the stream was empty, expected at least one event.")
    return Recording(bytes(body), reads, 200, kept, headers_ms, model, prompt)


def _as_sent(raw: list[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
