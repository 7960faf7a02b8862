"""What vouches for somebody: signed reports, and the identity tokens that a class's dashboard is sent."""

from __future__ import annotations

import base64
import logging
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grader import signing
from grader.classroom.identity import Refused, SeenInMemory, Verifier, github
from grader.report import Report
from grader.stored import SIGNED
from tests.fuzz import mutate
from tests.fuzz.engine import Target
from tests.fuzz.files import reports

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
CLAIMS = {
    "iss": "https://token.actions.githubusercontent.com", "aud": "https://grades.example.org", "iat": 1, "nbf": 1, "exp": 9,
    "jti": "1", "repository_id": "4711", "sha": "a" * 40, "run_id": "1000", "runner_environment": "github-hosted",
}  # fmt: skip


@cache
def signed() -> list[bytes]:
    return [signing.sign(Report.model_validate(report), KEY).encode() for report in reports()[:4]]


def a_signed_report(rng: random.Random) -> bytes:
    """One that was changed; or one of any content, signed with a key of the maker's own."""
    if rng.random() < 0.4:
        return mutate.raw(rng, rng.choice(signed()))
    envelope = {"schema": SIGNED, "report": rng.choice(reports()), "key": _text(KEY.public_key().public_bytes_raw())}
    envelope = mutate.one_of_many(rng, envelope)
    try:
        envelope["signature"] = _text(KEY.sign(rfc8785.dumps(envelope)))
        return rfc8785.dumps(envelope) + b"\n"
    except Exception:  # what that form has no words for
        return mutate.dumped(rng, envelope)


def takes_a_signed_report(data: bytes) -> None:
    try:
        found = signing.verify(data)
    except signing.Refused:
        return
    assert rfc8785.dumps(signing.parsed(data)) + b"\n" == data
    found.report.to_json()


def a_token(rng: random.Random) -> bytes:
    header: Any = {"alg": "RS256", "typ": "JWT", "kid": "one"}
    header = mutate.one_of_many(rng, header) if rng.random() < 0.5 else header
    claims = mutate.one_of_many(rng, CLAIMS) if rng.random() < 0.6 else CLAIMS
    parts = (mutate.dumped(rng, header), mutate.dumped(rng, claims), bytes(rng.randrange(256) for _ in range(256)))
    token = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    return mutate.raw(rng, token) if rng.random() < 0.2 else token


class _NoKeys:
    """Stands for the issuer's keys, which are asked for over the network."""

    def of(self, kid: object, issuer: str) -> object:
        return None


def takes_a_token(data: bytes) -> None:
    logging.getLogger("grader").setLevel(logging.CRITICAL)
    trust = github(audience=CLAIMS["aud"], workflows=["a@b"], repositories={"4711": "ada"})  # type: ignore[arg-type]
    verifier = Verifier([trust], SeenInMemory())
    verifier._keys = {trust.issuer: _NoKeys()}  # type: ignore[dict-item]
    try:
        verifier.verify(data.decode("latin-1"))
    except Refused:
        return
    raise AssertionError("nobody has signed it")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def targets() -> Iterator[Target]:
    yield Target("signed", a_signed_report, takes_a_signed_report, 20)
    yield Target("tokens", a_token, takes_a_token, 40)
