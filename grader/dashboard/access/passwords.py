"""Passwords: what is asked of one, and argon2id with the library's parameters (RFC 9106, the second choice)."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 500  # characters; a whole book would be hashed, too
_hasher = PasswordHasher()
_at_once = threading.Semaphore(2)  # each takes 64 MiB, and all processors that there are


def objection(password: str, login: str) -> str:
    """Why a password will not do, in a sentence; empty where it will."""
    if len(password) < SHORTEST:
        return (
            f"The password has {len(password)} characters; at least {SHORTEST} are needed. A few words make a good one."
        )
    if len(password) > LONGEST:
        return f"The password has {len(password)} characters; {LONGEST} are enough."
    if password.casefold() in (login.casefold(), login.casefold() * 2) or len(set(password)) < 4:
        return "This password is guessed at once. A few words that have nothing to do with each other make a good one."
    return ""


def hashed(password: str) -> str:
    with _at_once:
        return _hasher.hash(_bytes(password))


def holds(known: str | None, password: str) -> bool:
    """Is it the password? With None, for a login that nobody has, it takes the same work to say no."""
    nobodys = _nobodys()
    with _at_once:
        try:
            return _hasher.verify(known or nobodys, _bytes(password[: LONGEST + 1])) and known is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(known: str) -> bool:
    """Was it hashed with other parameters than are used now?"""
    return _hasher.check_needs_rehash(known)


@cache
def _nobodys() -> str:
    return _hasher.hash(b"nobody has this one")


def _bytes(password: str) -> bytes:
    """One person's two keyboards may write the same characters in two ways (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
