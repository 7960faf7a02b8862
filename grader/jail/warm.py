"""One real call with each library that learners use, so that a forked child finds everything loaded and built.

Importing is not enough: the SDK loads some 70 more modules on its first call (measured: 123 ms a child).
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import io
import os
import socket
from collections.abc import Callable
from typing import Any


def load(libraries: list[str]) -> None:
    """Imports what the calls need, while the judge gets ready itself."""
    for library in libraries:
        importlib.import_module("urllib.request" if library == "urllib" else library)


def up(libraries: list[str], port: int, key: str) -> None:
    """Calls a tiny stream at `http://127.0.0.1:{port}/v1` with each of the named libraries."""
    base = f"http://127.0.0.1:{port}/v1"
    os.environ.update(OPENAI_BASE_URL=base, OPENAI_API_KEY=key, MODEL="warm")
    with contextlib.redirect_stdout(io.StringIO()):
        for library in libraries:
            _CALLS[library](base, key)
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "MODEL"):
        del os.environ[name]
    socket.getaddrinfo("127.0.0.1", port)


_BODY: dict[str, Any] = {"model": "warm", "messages": [{"role": "user", "content": "warm up"}], "stream": True}


def _requests(base: str, key: str) -> None:
    import requests

    headers = {"Authorization": f"Bearer {key}"}
    with requests.post(f"{base}/chat/completions", json=_BODY, headers=headers, stream=True, timeout=30) as response:
        response.raise_for_status()
        for _ in response.iter_lines():
            pass


def _urllib(base: str, key: str) -> None:
    import json
    import urllib.request

    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base}/chat/completions", json.dumps(_BODY).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        for _ in response:
            pass


def _openai(base: str, key: str) -> None:
    from openai import AsyncOpenAI, OpenAI

    messages: Any = _BODY["messages"]
    with OpenAI() as client:
        for _ in client.chat.completions.create(model="warm", messages=messages, stream=True):
            pass
        with client.chat.completions.stream(model="warm", messages=messages) as stream:
            for _ in stream:
                pass

    async def call() -> None:
        async with AsyncOpenAI() as client:
            async for _ in await client.chat.completions.create(model="warm", messages=messages, stream=True):
                pass

    asyncio.run(call())


def _pydantic(base: str, key: str) -> None:
    import pydantic

    class Warm(pydantic.BaseModel):
        name: str = pydantic.Field(min_length=1)

    Warm.model_validate_json('{"name": "warm"}')


_CALLS: dict[str, Callable[[str, str], None]] = {
    "requests": _requests,
    "urllib": _urllib,
    "openai": _openai,
    "pydantic": _pydantic,
}
