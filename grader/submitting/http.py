"""Requests that are tried again for as long as a person would wait, and answers that are bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3 import BaseHTTPResponse
from urllib3.util.retry import Retry

AGAIN = (429, 500, 502, 503, 504)  # answers that another try may change
TRIES = 5
WAIT_S, LONGEST_WAIT_S = 0.5, 8.0  # twice as long each time, and up to a quarter more or less: not all at once
ASKED_TO_WAIT_S = 20  # of Retry-After, no more
TIMEOUT_S = (10, 30)  # to connect; between two reads
MOST_ANSWER = 64 * 1024  # bytes


class NoAnswer(Exception):
    """None came, or none that says anything. The message says why, in words."""


@dataclass(frozen=True)
class Response:
    status: int
    content: bytes
    location: str = ""


class Bearer(AuthBase):
    """The token, or none. Being given one, `requests` does not look into ~/.netrc for another."""

    def __init__(self, token: str | None, scheme: str = "Bearer") -> None:
        self._header = f"{scheme} {token}" if token is not None else None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._header is not None:
            request.headers["Authorization"] = self._header
        return request


class _Patience(Retry):
    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Seconds, and no more than a person would wait."""
        asked = super().get_retry_after(response)
        return None if asked is None else min(asked, ASKED_TO_WAIT_S)


def ask(method: str, url: str, auth: Bearer, **more: Any) -> Response:
    """One request, tried again where that may help. Follows no redirect: a token goes where it was meant to.

    Raises NoAnswer.
    """
    again = _Patience(
        total=TRIES - 1, allowed_methods=None, status_forcelist=AGAIN, raise_on_status=False, backoff_factor=WAIT_S,
        backoff_max=LONGEST_WAIT_S, backoff_jitter=WAIT_S / 4,
    )  # fmt: skip
    with requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=again))
        try:
            with session.request(
                method, url, auth=auth, timeout=TIMEOUT_S, allow_redirects=False, stream=True, **more
            ) as response:
                content = response.raw.read(MOST_ANSWER, decode_content=True)
                return Response(response.status_code, content, response.headers.get("Location", ""))
        except requests.exceptions.SSLError:
            raise NoAnswer("its certificate is not valid here") from None
        except requests.exceptions.Timeout:
            raise NoAnswer("it does not answer in time") from None
        except (requests.exceptions.RequestException, OSError, ValueError) as error:
            raise NoAnswer(_reason(error)) from None
        except Exception as error:  # what urllib3 raises while the answer is read
            if not type(error).__module__.startswith("urllib3"):
                raise
            raise NoAnswer("its answer broke off") from None


def _reason(error: Exception) -> str:
    names = {type(error).__name__, *(type(arg).__name__ for arg in error.args)}
    inner = getattr(next(iter(error.args), None), "reason", None)
    names.add(type(inner).__name__)
    if "NameResolutionError" in names:
        return "its name is not known here"
    if isinstance(getattr(inner, "__cause__", None), ConnectionRefusedError):
        return "nothing listens there"
    return "no connection came about" if isinstance(error, requests.exceptions.ConnectionError) else f"{error}"
