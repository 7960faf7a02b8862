"""Who sent a report: the tokens with which GitHub and GitLab vouch for a job of theirs (OpenID Connect), verified.

A token says in which repository, by whose doing and by which workflow a job ran. It is worth something for grades only
if that workflow is the teacher's, since learners own their repository and what runs in it. So what is asked for is the
repository (by its id: names can be given away), the teacher's workflow at the teacher's ref, and a runner that the
learner does not own. `sub` is not looked at: its form is the platform's to change.

What is refused is refused without a reason: whoever tries gets none to learn from. The reason is in the log.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NoReturn, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from grader.untrusted import escaped

__all__ = ["Identity", "Refused", "SeenInMemory", "Trust", "Unavailable", "Verifier", "github", "gitlab"]

LOG = logging.getLogger("grader.identity")
LONGEST = 16 * 1024  # characters of a token; GitHub's have about two thousand
LEEWAY_S = 30  # by which two clocks may differ
KEPT_S = 3600  # an issuer's keys
SILENT_S = 10  # for which an issuer that did not answer is not asked again
SMALLEST_KEY = 2048  # bits (RFC 7518, section 3.3)
LASTS_AT_MOST_S = 24 * 3600  # GitHub's tokens last minutes, GitLab's as long as a job may
ODD = (ValueError, TypeError, OverflowError, RecursionError)  # what a token made of nonsense may end in
REQUIRED = ["iss", "aud", "exp", "iat", "jti"]

# What we call it: what the platform does.
CLAIMS: dict[str, dict[str, str]] = {
    "github": {
        "repository_id": "repository_id", "repository": "repository", "actor_id": "actor_id", "actor": "actor",
        "sha": "sha", "run_id": "run_id", "run_attempt": "run_attempt", "workflow": "job_workflow_ref",
        "workflow_sha": "job_workflow_sha", "runner": "runner_environment",
    },
    "gitlab": {
        "repository_id": "project_id", "repository": "project_path", "actor_id": "user_id", "actor": "user_login",
        "sha": "sha", "run_id": "pipeline_id", "run_attempt": "job_id", "workflow": "ci_config_ref_uri",
        "workflow_sha": "ci_config_sha", "runner": "runner_environment",
    },
}  # fmt: skip


class Unavailable(Exception):
    """The issuer's keys cannot be had just now. That says nothing about the token: it may be tried again."""


class Refused(Exception):
    """A token is not accepted. It says no more than that, on purpose."""

    def __init__(self) -> None:
        super().__init__("the identity token was not accepted")


@dataclass(frozen=True)
class Identity:
    """What a token that was accepted says. On GitLab a run is a pipeline, an attempt a job, a workflow the config."""

    issuer: str
    student: str  # whose repository it is, by the `Trust`
    repository_id: str
    repository: str
    actor_id: str
    actor: str
    sha: str
    run_id: str
    run_attempt: str
    workflow: str
    workflow_sha: str
    runner: str
    jti: str
    expires: datetime


@dataclass(frozen=True)
class Trust:
    """What is asked of the tokens of one issuer."""

    kind: Literal["github", "gitlab"]
    issuer: str
    jwks: str  # the address of its keys
    audience: str  # the dashboard's own address
    workflows: Collection[str]  # the teacher's, each with its ref: OWNER/KIT/.github/workflows/submit.yml@refs/tags/v1
    repositories: Mapping[str, str]  # id of a repository → student
    runner: str | None = None  # the environment that runs must have had; None: any
    workflow_shas: Collection[str] | None = None  # None: whatever the ref points to

    def __post_init__(self) -> None:
        """Raises ValueError for what would trust nobody, or anybody."""
        for workflow in self.workflows:
            if "@" not in workflow:
                raise ValueError(
                    f"{workflow}: expected a workflow with its ref, as in OWNER/KIT/…/submit.yml@refs/tags/v1"
                )
        if not self.audience or not self.workflows:
            raise ValueError("expected an audience, and a workflow at least")


def github(
    *,
    audience: str,
    workflows: Collection[str],
    repositories: Mapping[str, str],
    workflow_shas: Collection[str] | None = None,
) -> Trust:
    """GitHub's own runners only: one that a learner has set up is theirs to tamper with, whatever its labels."""
    issuer = "https://token.actions.githubusercontent.com"
    keys = f"{issuer}/.well-known/jwks"
    return Trust("github", issuer, keys, audience, workflows, repositories, "github-hosted", workflow_shas)


def gitlab(
    *,
    audience: str,
    workflows: Collection[str],
    repositories: Mapping[str, str],
    instance: str = "https://gitlab.com",
    runner: str | None = None,
    workflow_shas: Collection[str] | None = None,
) -> Trust:
    """`runner` is `gitlab-hosted` or `self-hosted`; ask for one where projects may bring runners of their own."""
    keys = f"{instance}/oauth/discovery/keys"
    return Trust("gitlab", instance, keys, audience, workflows, repositories, runner, workflow_shas)


class Seen(Protocol):
    """Remembers the ids of tokens until they have expired. A class's `Store` is one."""

    def claim(self, issuer: str, jti: str, purpose: str, until: datetime) -> bool:
        """Notes a token's use. False where it was used before, unless that was for the same purpose.

        Must be atomic: of two that come at once for different purposes, one is told False.
        """


class SeenInMemory:
    """For one process, and as long as that runs."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def claim(self, issuer: str, jti: str, purpose: str, until: datetime) -> bool:
        with self._lock:
            now = datetime.now(UTC)
            self._used = {key: use for key, use in self._used.items() if use[1] > now}
            if (issuer, jti) not in self._used:
                self._used[issuer, jti] = purpose, until
                return True
            return bool(purpose) and self._used[issuer, jti][0] == purpose


class Verifier:
    """Says whose token it is. May be asked from several threads."""

    def __init__(self, trusts: Collection[Trust], seen: Seen, *, timeout_s: float = 10) -> None:
        self._trusts = {trust.issuer: trust for trust in trusts}
        self._keys = {trust.issuer: _Keys(trust.jwks, timeout_s) for trust in trusts}
        self._seen = seen

    def verify(self, token: str, *, purpose: str = "", sha: str | None = None) -> Identity:
        """`purpose` is what the token is used for, such as the hash of a request's body: for that it may come again,
        as a request does whose answer was lost. Without one, each token is good once. `sha` is the commit that it has
        to be about, where that is known.

        Raises Refused, and Unavailable where the issuer's keys cannot be had just now.
        """
        try:
            return self._verified(token, purpose, sha)
        except (_Reason, jwt.InvalidTokenError, *ODD) as reason:
            LOG.warning("refused a token: %s", escaped(f"{type(reason).__name__.lstrip('_')}: {reason}"))
        raise Refused

    def _verified(self, token: str, purpose: str, sha: str | None) -> Identity:
        if len(token) > LONGEST:
            raise _Reason(f"longer than {LONGEST} characters")
        # Before a signature is looked at: which issuer's key to look with. Nothing else is taken from here.
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        trust = self._trusts.get(issuer) if isinstance(issuer, str) else None
        if trust is None:
            raise _Reason(f"issuer {issuer!r}")
        header = jwt.get_unverified_header(token)
        if header.get("alg") != "RS256":
            raise _Reason(f"algorithm {header.get('alg')!r}")
        key = self._key(trust, header.get("kid"))
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=trust.audience,
            issuer=trust.issuer,
            leeway=LEEWAY_S,
            options={"require": REQUIRED, "strict_aud": True},
        )
        identity = _identity(claims, trust)
        _agrees(identity, trust, sha)
        if not self._seen.claim(trust.issuer, identity.jti, purpose, identity.expires):
            raise _Reason(f"jti {identity.jti!r} was used before")
        return identity

    def _key(self, trust: Trust, kid: object) -> RSAPublicKey:
        key = self._keys[trust.issuer].of(kid, trust.issuer)
        if not isinstance(key, RSAPublicKey) or key.key_size < SMALLEST_KEY:
            raise _Reason(f"the issuer has no fitting key {kid!r}")
        return key


class _Keys:
    """Of one issuer. Anybody can write a token that names an issuer and a key; how often that is asked is ours to say.

    Keys are kept for a while, so that one that was withdrawn is not believed for ever. A token with the id of no key
    does not make us ask each time (the client's `cooldown_duration`); neither does any while the issuer is silent.
    """

    def __init__(self, address: str, timeout_s: float) -> None:
        self._address = address
        self._client = jwt.PyJWKClient(address, lifespan=KEPT_S, timeout=timeout_s)
        self._asking = threading.Lock()
        self._silent_until = 0.0  # by the monotonic clock

    def of(self, kid: object, issuer: str) -> object:
        """The key of that id; None where the issuer has none. Raises Unavailable."""
        kept = self._client.jwk_set_cache.get() if self._client.jwk_set_cache else None
        for key in kept.keys if kept else ():
            if key.key_id == kid and key.public_key_use in ("sig", None):
                return key.key
        with self._asking:
            if time.monotonic() >= self._silent_until:
                try:
                    return self._asked(kid)
                except (jwt.PyJWTError, ValueError) as error:
                    LOG.warning("%s: no keys: %s", self._address, escaped(str(error)))
                    self._silent_until = time.monotonic() + SILENT_S
        raise Unavailable(f"the keys of {issuer} cannot be had just now")

    def _asked(self, kid: object) -> object:
        """Raises what the client does where the issuer does not answer, or has no keys at all."""
        self._client.get_signing_keys()
        try:
            return self._client.get_signing_key(kid).key if isinstance(kid, str) else None
        except jwt.PyJWKClientConnectionError:
            raise
        except (jwt.PyJWTError, ValueError):
            return None


class _Reason(Exception):
    """Why; for the log."""


def _identity(claims: Mapping[str, Any], trust: Trust) -> Identity:
    lasts = claims["exp"] - claims["iat"]
    if not 0 < lasts <= LASTS_AT_MOST_S:
        raise _Reason(f"it lasts {lasts} s")
    found = {ours: _text(ours, claims.get(theirs)) for ours, theirs in CLAIMS[trust.kind].items()}
    if found["repository_id"] not in trust.repositories:
        _refuse("repository_id", found["repository_id"])
    student = trust.repositories[found["repository_id"]]
    expires = datetime.fromtimestamp(claims["exp"] + LEEWAY_S, UTC)
    return Identity(trust.issuer, student, expires=expires, jti=_text("jti", claims["jti"]), **found)


def _text(name: str, value: object) -> str:
    """A claim. Some are numbers in some versions of GitLab. One that is null, as `ci_config_ref_uri` may be, vouches
    for nothing."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        _refuse(name, value)
    return value


def _agrees(identity: Identity, trust: Trust, sha: str | None) -> None:
    if identity.workflow not in trust.workflows:
        _refuse("workflow", identity.workflow)
    if trust.workflow_shas is not None and identity.workflow_sha not in trust.workflow_shas:
        _refuse("workflow_sha", identity.workflow_sha)
    if trust.runner is not None and identity.runner != trust.runner:
        _refuse("runner", identity.runner)
    if sha is not None and identity.sha != sha:
        _refuse("sha", identity.sha)


def _refuse(name: str, value: object) -> NoReturn:
    raise _Reason(f"{name} {value!r}")
