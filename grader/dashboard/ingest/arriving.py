"""A request as it comes in: its head is looked at first, and of its body no more is kept than is allowed."""

from __future__ import annotations

import asyncio
import math
import re

from fastapi import HTTPException, Request

MOST_REPORT = 8 * 1024 * 1024  # bytes; a report of all challenges has one or two million
MOST_SOURCE = 256 * 1024
PATIENCE_S = 60  # for a body: somebody on a slow line sends a report of two million bytes in it
POURED_AWAY = 64 * 1024 * 1024  # read and forgotten, so that whoever sends too much gets to read why it is refused
_KEY = re.compile(r'"([0-9a-f]{64})"')


def key(request: Request) -> str:
    """The Idempotency-Key. Raises HTTPException 400."""
    found = _KEY.fullmatch(request.headers.get("Idempotency-Key", "").strip())
    if found is None:
        raise HTTPException(
            400, "Idempotency-Key: expected 64 hexadecimal digits in double quotes, as `grader submit` sends them."
        )
    return found[1]


def is_json(request: Request) -> None:
    """Raises HTTPException 400."""
    kind, _, parameters = request.headers.get("Content-Type", "").partition(";")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise HTTPException(400, "Content-Type: expected application/json, a report as `grader grade --json` makes it.")
    is_plain(request)


def is_plain(request: Request) -> None:
    """Compressed bodies would be larger than they look. Raises HTTPException 400."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise HTTPException(400, "Content-Encoding: expected none, the bytes as they are.")


async def body(request: Request, most: int) -> bytes:
    """Raises HTTPException: 413 where it has more than `most` bytes, 408 where it does not arrive."""
    kept: list[bytes] = []
    size = 0
    announced = request.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > POURED_AWAY:
        raise _too_large(most)
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= most:
                    kept.append(chunk)
                elif size > POURED_AWAY:
                    break
    except TimeoutError:
        raise HTTPException(408, f"The body did not arrive within {PATIENCE_S} s. Send it again.") from None
    if size > most:
        raise _too_large(most)
    return b"".join(kept)


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"This is larger than {most // 1024} KiB, which is what is taken here.")


def too_often(seconds: float) -> HTTPException:
    after = max(1, math.ceil(seconds))
    return HTTPException(429, f"This is too often. Come again in {after} s.", {"Retry-After": str(after)})
