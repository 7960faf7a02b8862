"""One report to one dashboard, and what it answers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Literal

from grader import nested
from grader.excerpt import cut
from grader.submitting.address import PATH, SOURCES
from grader.submitting.http import AGAIN, NoAnswer, Response, ask
from grader.submitting.proof import Proof
from grader.untrusted import escaped

Outcome = Literal["taken", "refused", "not me", "later"]
MOST_SHOWN = 500  # characters of what a dashboard says
MOST_WANTED = 100  # files that it may ask for
_SHA256 = re.compile(r"[0-9a-f]{64}")

NEVER = (400, 409, 413, 422)  # will be the answer to this report each time
SAYS = {
    200: "had it already; nothing was counted twice",
    201: "has taken it",
    202: "has it, and will look at it later",
    400: "does not take it",
    401: "does not know who sends it",
    403: "does not let you send it",
    404: "has nothing at this address (is --to right?)",
    408: "did not get all of it in time",
    409: "was sent something else under this report's key",
    413: "does not take it: it is too large",
    422: "does not take it",
    429: "asks to wait",
}


@dataclass(frozen=True)
class Answer:
    """`not me`: the sender or the address is what is wrong, not the report; `later`: it may be sent again."""

    outcome: Outcome
    says: str
    wanted: tuple[str, ...] = ()  # hashes of submissions whose source it would like to have


def key_of(to: str, body: bytes) -> str:
    """The same for the same report to the same dashboard, in whatever command it is sent: 64 hexadecimal digits."""
    return hashlib.sha256(to.encode() + b"\0" + body).hexdigest()


def deliver(to: str, body: bytes, proof: Proof) -> Answer:
    """Sends it. Raises UsageError where there can be no token for it."""
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": f'"{key_of(to, body)}"',
    }
    try:
        bearer = proof.bearer()
    except NoAnswer as why:
        return Answer("later", escaped(f"was not sent it: {why}."))
    try:
        response = ask("POST", to + PATH, bearer, data=body, headers=headers)
    except NoAnswer as why:
        return Answer("later", escaped(f"was not reached: {why}."))
    outcome = _outcome(response.status)
    return Answer(outcome, _in_words(response), _wanted(response.content) if outcome == "taken" else ())


def send_source(to: str, report: bytes, source: bytes, proof: Proof) -> bool:
    """The file that a report names, which was taken before. Was it taken, too? Raises UsageError as `deliver`."""
    headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": f'"{key_of(to, report)}"'}
    where = f"{to}{SOURCES}/{hashlib.sha256(source).hexdigest()}"
    try:
        return ask("PUT", where, proof.bearer(), data=source, headers=headers).status in (200, 201)
    except NoAnswer:
        return False


def _outcome(status: int) -> Outcome:
    if status in (200, 201, 202):
        return "taken"
    if status in AGAIN or status >= 500:
        return "later"
    return "refused" if status in NEVER else "not me"


def _in_words(response: Response) -> str:
    if 300 <= response.status < 400:
        where = cut(escaped(response.location), MOST_SHOWN)
        return f"sends you elsewhere, which is not followed: {where}. Is that the address for --to?"
    usual = "is in trouble" if response.status >= 500 else f"answers with status {response.status}"
    says = SAYS.get(response.status, usual)
    own = _own_words(response.content)
    return f"{says}: {own}" if own else f"{says}."


def _wanted(content: bytes) -> tuple[str, ...]:
    found = _told(content).get("wanted")
    hashes = found[:MOST_WANTED] if isinstance(found, list) else []
    return tuple(one for one in hashes if isinstance(one, str) and _SHA256.fullmatch(one))


def _told(content: bytes) -> dict[str, Any]:
    try:
        told = nested.read(content)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _own_words(content: bytes) -> str:
    """`error` or `message` of the answer, and `url`, as one line of text that does nothing to a terminal."""
    told = _told(content)
    words = [told[name] for name in ("error", "message", "url") if isinstance(told.get(name), str) and told[name]]
    return cut(escaped(" · ".join(words)), MOST_SHOWN)
