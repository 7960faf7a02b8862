"""Tokens of GitHub and GitLab: the right one is somebody's, every other is refused, with the reason in the log alone."""

import base64
import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.classroom import identity
from grader.classroom.identity import Refused, Seen, SeenInMemory, Trust, Unavailable, Verifier, github, gitlab
from grader.classroom.store.store import Store
from tests import breadth

KEY, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)
DASHBOARD = "https://grades.example.org"
WORKFLOW = "school/kit/.github/workflows/submit.yml@refs/tags/v1"
CONFIG = "gitlab.example.org/school/kit//.gitlab-ci.yml@refs/heads/main"
REPOSITORIES = {"4711": "ada", "4712": "bob"}
GITHUB_CLAIMS = {
    "repository_id": "4711", "repository": "ada/streams", "actor_id": "99", "actor": "ada", "sha": "a" * 40,
    "run_id": "1000", "run_attempt": "1", "job_workflow_ref": WORKFLOW, "job_workflow_sha": "b" * 40,
    "runner_environment": "github-hosted", "sub": "repo:whoever/whatever:ref:refs/heads/main",
}  # fmt: skip
GITLAB_CLAIMS = {
    "project_id": 4711, "project_path": "ada/streams", "user_id": "99", "user_login": "ada", "sha": "a" * 40,
    "pipeline_id": "1000", "job_id": "77", "ci_config_ref_uri": CONFIG, "ci_config_sha": "b" * 40,
    "runner_environment": "self-hosted",
}  # fmt: skip


def jwk(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    return {
        **json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())),
        "kid": kid,
        "use": "sig",
        "alg": "RS256",
    }


class Issuer(ThreadingHTTPServer):
    """Its keys, over HTTP, and how often they were asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Keys)
        self.answer = json.dumps({"keys": [jwk(KEY, "one"), jwk(WEAK, "weak")]}).encode()
        self.status, self.asked = 200, 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/keys"


class _Keys(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


def trust(issuer: Issuer, kind: str = "github", **more: Any) -> Trust:
    made = (
        github(audience=DASHBOARD, workflows=[WORKFLOW], repositories=REPOSITORIES)
        if kind == "github"
        else gitlab(
            audience=DASHBOARD, workflows=[CONFIG], repositories=REPOSITORIES, instance="https://gitlab.example.org"
        )
    )
    return Trust(**{**vars(made), "jwks": issuer.url, **more})


@pytest.fixture
def verifier(issuer: Issuer) -> Verifier:
    return Verifier([trust(issuer), trust(issuer, "gitlab")], SeenInMemory())


def claims(kind: str = "github", **changed: Any) -> dict[str, Any]:
    """What the platform would say; None takes a claim away."""
    now = int(time.time())
    iss = "https://token.actions.githubusercontent.com" if kind == "github" else "https://gitlab.example.org"
    own = GITHUB_CLAIMS if kind == "github" else GITLAB_CLAIMS
    made = {
        "iss": iss,
        "aud": DASHBOARD,
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        "jti": f"{kind}-1",
        **own,
        **changed,
    }
    return {name: value for name, value in made.items() if value is not None}


def token(kind: str = "github", *, key: Any = KEY, alg: str = "RS256", kid: str | None = "one", **changed: Any) -> str:
    return jwt.encode(claims(kind, **changed), key, algorithm=alg, headers={"kid": kid} if kid else {})


def by_hand(header: dict[str, Any], body: dict[str, Any], secret: bytes = b"") -> str:
    """A token that no library would make."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, body)]
    signed = b".".join(parts)
    signature = hmac.new(secret, signed, hashlib.sha256).digest() if secret else b""
    return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def public_pem() -> bytes:
    return KEY.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)


def test_a_token_of_github_says_who_and_where(verifier: Verifier) -> None:
    found = verifier.verify(token())
    assert (found.student, found.repository_id, found.actor_id, found.sha) == ("ada", "4711", "99", "a" * 40)
    assert (found.run_id, found.run_attempt, found.workflow, found.workflow_sha) == ("1000", "1", WORKFLOW, "b" * 40)
    assert abs(found.expires - datetime.now(UTC) - timedelta(seconds=330)) < timedelta(seconds=20)


def test_a_token_of_gitlab_says_the_same_in_its_own_words(verifier: Verifier) -> None:
    found = verifier.verify(token("gitlab"))
    assert (found.student, found.repository_id, found.repository, found.actor) == ("ada", "4711", "ada/streams", "ada")
    assert (found.run_id, found.run_attempt, found.workflow) == ("1000", "77", CONFIG)


REFUSED = {
    "another repository": (lambda: token(repository_id="666"), "repository_id '666'"),
    "another audience": (lambda: token(aud="https://elsewhere.example.org"), "InvalidAudienceError"),
    "our audience among others": (lambda: token(aud=[DASHBOARD, "https://elsewhere.example.org"]), "InvalidAudienceError"),
    "another issuer": (lambda: token(iss="https://evil.example.org"), "issuer 'https://evil.example.org'"),
    "an issuer that is no text": (lambda: by_hand({"alg": "RS256"}, claims(iss={"a": 1})), "issuer"),
    "a learner's own workflow": (
        lambda: token(job_workflow_ref="ada/streams/.github/workflows/submit.yml@refs/tags/v1"), "workflow 'ada/streams"
    ),
    "the workflow at another ref": (lambda: token(job_workflow_ref=WORKFLOW[:-1] + "2"), "workflow 'school/kit"),
    "no workflow that is reused": (lambda: token(job_workflow_ref=None), "workflow None"),
    "a learner's own runner": (lambda: token(runner_environment="self-hosted"), "runner 'self-hosted'"),
    "one that has expired": (lambda: token(iat=int(time.time()) - 999, exp=int(time.time()) - 99), "ExpiredSignature"),
    "one from the future": (lambda: token(iat=int(time.time()) + 99, exp=int(time.time()) + 300), "ImmatureSignature"),
    "one that lasts for ever": (lambda: token(exp=int(time.time()) + 10**6), "it lasts"),
    "one without an end": (lambda: token(exp=None), 'Token is missing the "exp" claim'),
    "one without a beginning": (lambda: token(iat=None), 'Token is missing the "iat" claim'),
    "one without an id": (lambda: token(jti=None), 'Token is missing the "jti" claim'),
    "an empty id": (lambda: token(jti=""), "jti ''"),
    "alg none": (lambda: by_hand({"alg": "none", "kid": "one"}, claims()), "algorithm 'none'"),
    "alg None": (lambda: by_hand({"alg": None, "kid": "one"}, claims()), "algorithm"),
    "HS256 with the public key": (
        lambda: by_hand({"alg": "HS256", "kid": "one"}, claims(), public_pem()), "algorithm 'HS256'"
    ),
    "RS512": (lambda: token(alg="RS512"), "algorithm 'RS512'"),
    "signed with another key": (lambda: token(key=OTHER), "InvalidSignatureError"),
    "a key that the issuer has not": (lambda: token(key=OTHER, kid="two"), "no fitting key 'two'"),
    "a key that is too short": (lambda: token(key=WEAK, kid="weak"), "no fitting key 'weak'"),
    "no key at all": (lambda: token(kid=None), "no fitting key None"),
    "a signature that was cut off": (lambda: token().rsplit(".", 1)[0] + ".", "InvalidSignatureError"),
    "other claims under a right signature": (
        lambda: ".".join([*by_hand({"alg": "RS256", "kid": "one"}, claims(repository_id="4712")).split(".")[:2],
                          token().split(".")[2]]),
        "InvalidSignatureError",
    ),
    "GitLab's config of the learner's own": (
        lambda: token("gitlab", ci_config_ref_uri="gitlab.example.org/ada/streams//.gitlab-ci.yml@refs/heads/main"),
        "workflow 'gitlab",
    ),
    "GitLab's config that is nowhere": (lambda: token("gitlab", ci_config_ref_uri=None), "workflow None"),
    "another project": (lambda: token("gitlab", project_id="1"), "repository_id '1'"),
    "GitHub's claims by GitLab": (lambda: token("gitlab", project_id=None, repository_id="4711"), "repository_id None"),
    "true for a number": (lambda: token(repository_id=True), "repository_id True"),
    "too long": (lambda: token(more="x" * 20_000), "longer than"),
    "nested too deeply": (lambda: by_hand({"alg": "RS256"}, {"iss": "x"}).split(".")[0] + "." + base64.urlsafe_b64encode(b"[" * 9000).decode() + ".", ""),
    "no token": (lambda: "", "DecodeError"),
    "words": (lambda: "Bearer of good news", "DecodeError"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # that key is meant to be too short
@pytest.mark.parametrize("what", REFUSED)
def test_a_token_is_refused_with_the_reason_in_the_log_and_none_in_the_answer(
    what: str, verifier: Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    made, reason = REFUSED[what]
    given = made()
    with caplog.at_level(logging.WARNING, "grader.identity"), pytest.raises(Refused) as refused:
        verifier.verify(given)
    assert str(refused.value) == "the identity token was not accepted"
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    (said,) = caplog.messages
    assert said.startswith("refused a token: ")
    assert reason in said
    assert not given or given not in said
    assert verifier.verify(token(jti="next")).student == "ada", "what was refused leaves nothing behind"


def test_a_token_is_good_once(verifier: Verifier, caplog: pytest.LogCaptureFixture) -> None:
    given = token()
    verifier.verify(given)
    with caplog.at_level(logging.WARNING, "grader.identity"), pytest.raises(Refused):
        verifier.verify(given)
    assert caplog.messages == ["refused a token: Reason: jti 'github-1' was used before"]


def test_a_request_whose_answer_was_lost_may_come_again_and_no_other_with_its_token(verifier: Verifier) -> None:
    given = token()
    verifier.verify(given, purpose="body one")
    assert verifier.verify(given, purpose="body one").student == "ada"
    for purpose in ("body two", ""):
        with pytest.raises(Refused):
            verifier.verify(given, purpose=purpose)


def test_the_same_id_by_another_issuer_is_another_token(verifier: Verifier) -> None:
    verifier.verify(token(jti="1"))
    assert verifier.verify(token("gitlab", jti="1")).student == "ada"


def test_a_commit_and_a_workflows_commit_can_be_asked_for(issuer: Issuer) -> None:
    verifier = Verifier([trust(issuer, workflow_shas=["b" * 40])], SeenInMemory())
    assert verifier.verify(token(), sha="a" * 40)
    with pytest.raises(Refused):
        verifier.verify(token(jti="2"), sha="c" * 40)
    with pytest.raises(Refused):
        verifier.verify(token(jti="3", job_workflow_sha="d" * 40))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def seen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Seen]:
    if request.param == "memory":
        yield SeenInMemory()
        return
    url = f"sqlite:///{tmp_path / 'grades.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    with Store(url) as store:
        yield store


def test_of_two_that_come_at_once_one_is_first(seen: Seen) -> None:
    until = datetime.now(UTC) + timedelta(minutes=1)
    start, won = threading.Barrier(8), []

    def claim(number: int) -> None:
        start.wait()
        if seen.claim("i", "j", str(number), until):
            won.append(number)

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_a_token_that_was_used_is_good_for_the_same_again_and_for_nothing_else(seen: Seen) -> None:
    until = datetime.now(UTC) + timedelta(minutes=1)
    assert [seen.claim("i", "j", purpose, until) for purpose in ("one", "one", "two", "")] == [True, True, False, False]
    assert [seen.claim("i", "k", "", until) for _ in range(2)] == [True, False]
    assert seen.claim("other", "j", "two", until)


def test_ids_are_forgotten_when_their_tokens_have_expired(seen: Seen) -> None:
    now = datetime.now(UTC)
    assert seen.claim("i", "old", "", now - timedelta(seconds=1))
    assert seen.claim("i", "new", "", now + timedelta(minutes=1))
    assert seen.claim("i", "old", "", now + timedelta(minutes=1))
    assert not seen.claim("i", "new", "", now + timedelta(minutes=1))


def test_keys_are_fetched_once_and_an_unknown_one_does_not_make_us_ask_each_time(
    issuer: Issuer, verifier: Verifier
) -> None:
    for number in range(4):
        verifier.verify(token(jti=str(number)))
    for _ in range(4):
        with pytest.raises(Refused):
            verifier.verify(token(key=OTHER, kid="two"))
    assert issuer.asked == 1


@pytest.mark.parametrize(("status", "answer"), [(500, b""), (200, b"<html>"), (200, b'{"keys": []}'), (200, b"[]")])
def test_keys_that_cannot_be_had_are_no_reason_to_refuse(
    issuer: Issuer, verifier: Verifier, status: int, answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.status, issuer.answer = status, answer
    with pytest.raises(Unavailable, match="cannot be had just now"):
        verifier.verify(token())
    assert "no keys" in caplog.text


def test_an_issuer_that_does_not_answer_is_not_asked_for_each_token(
    issuer: Issuer, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.status = 500
    for _ in range(5):
        with pytest.raises(Unavailable):
            verifier.verify(token())
    assert issuer.asked == 1
    issuer.status = 200
    monkeypatch.setattr(identity.time, "monotonic", lambda: time.perf_counter() + 1e9)  # later on
    assert verifier.verify(token()).student == "ada"


def test_while_it_does_not_answer_the_keys_that_are_known_are_good(issuer: Issuer, verifier: Verifier) -> None:
    verifier.verify(token(jti="first"))
    issuer.status = 500
    for keys in verifier._keys.values():
        keys._client.cooldown_duration = 0
    for number in range(5):
        with pytest.raises(Unavailable):  # it may be a new key of theirs
            verifier.verify(token(key=OTHER, kid="two"))
        verifier.verify(token(jti=str(number)))
    assert issuer.asked == 2


@pytest.mark.parametrize("workflows", [[], ["school/kit/.github/workflows/submit.yml"]])
def test_a_trust_that_asks_for_no_workflow_at_a_ref_is_no_trust(workflows: list[str]) -> None:
    with pytest.raises(ValueError, match="expected"):
        github(audience=DASHBOARD, workflows=workflows, repositories=REPOSITORIES)


@settings(max_examples=breadth.examples(50), deadline=None)
@given(st.text(max_size=60) | st.lists(st.binary(max_size=30), min_size=3, max_size=3).map(
    lambda parts: b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts).decode()
))  # fmt: skip
def test_whatever_comes_is_refused_and_nothing_worse(text: str) -> None:
    nobody = github(audience=DASHBOARD, workflows=[WORKFLOW], repositories={})
    with pytest.raises(Refused):
        Verifier([nobody], SeenInMemory()).verify(text)
