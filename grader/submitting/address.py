"""Where a report goes: the address of a dashboard, in one spelling, since tokens are made out to it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from grader.errors import UsageError

PATH = "/api/v1/reports"
SOURCES = "/api/v1/sources"


def dashboard(given: str) -> str:
    """`https://grades.example.org`, or with a path, never with a slash at the end. Raises UsageError."""
    try:
        parts = urlsplit(given.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise UsageError(f"--to {given}: is no address. Expected one such as https://grades.example.org.") from None
    if parts.scheme not in ("https", "http") or not host or any(char.isspace() for char in parts.netloc + parts.path):
        raise UsageError(f"--to {given}: is no address. Expected one such as https://grades.example.org.")
    if parts.username is not None or parts.query or parts.fragment:
        raise UsageError(f"--to {given}: expected the dashboard's address alone, without a name, `?` or `#`.")
    if parts.scheme == "http" and not _here(host):
        raise UsageError(f"--to {given}: a token would cross the network for all to read. Use https://.")
    host = f"[{host}]" if ":" in host else host
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}{'' if port in (None, usual) else f':{port}'}{parts.path.rstrip('/')}"


def _here(host: str) -> bool:
    """Is it this machine?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
