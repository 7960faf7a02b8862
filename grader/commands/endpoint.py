"""The real endpoint that the three variables name."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from grader.errors import UsageError

VARIABLES = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "MODEL")


@dataclass(frozen=True)
class Endpoint:
    base_url: str
    key: str = field(repr=False)
    model: str

    def without_key(self, text: str) -> str:
        """For whatever is printed: endpoints like to quote the key that they refuse."""
        return text.replace(self.key, "(the key)")


def endpoint() -> Endpoint:
    """Raises UsageError naming the variable that is missing or makes no sense."""
    missing = [name for name in VARIABLES if not os.environ.get(name)]
    if missing:
        raise UsageError(f"{missing[0]} is not set. Export OPENAI_BASE_URL, OPENAI_API_KEY and MODEL first.")
    found = Endpoint(*(os.environ[name] for name in VARIABLES))
    try:
        parts = urlsplit(found.base_url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise UsageError(f"OPENAI_BASE_URL={found.base_url}: expected an address such as https://host/v1.")
    return found
