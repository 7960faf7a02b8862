"""What proves who sends: a token of the course, the word of the CI that runs the job, or the report's own signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from grader.errors import UsageError
from grader.submitting.http import Bearer, NoAnswer, ask


class Proof(Protocol):
    """`words` say what it is."""

    @property
    def words(self) -> str: ...

    def bearer(self) -> Bearer:
        """For one report. Raises NoAnswer where a token cannot be had just now, UsageError where never."""


@dataclass(frozen=True)
class Token:
    words: str
    token: str

    def bearer(self) -> Bearer:
        return Bearer(self.token)


@dataclass(frozen=True)
class Signature:
    words: str = "the report's signature"

    def bearer(self) -> Bearer:
        return Bearer(None)


@dataclass(frozen=True)
class GitHub:
    """Each report gets a token of its own, made out to the dashboard: each is good once, for some minutes."""

    url: str
    secret: str
    audience: str
    words: str = "this job of GitHub Actions"

    def bearer(self) -> Bearer:
        answer = ask("GET", self.url, Bearer(self.secret, "bearer"), params={"audience": self.audience})
        try:
            token = json.loads(answer.content)["value"] if answer.status == 200 else None
        except (ValueError, TypeError, KeyError, RecursionError):
            token = None
        if not isinstance(token, str) or not token.isascii() or not token:
            raise NoAnswer(f"GitHub gave this job no identity token (status {answer.status})")
        return Bearer(token)


def find(environment: Mapping[str, str], audience: str, token_file: Path | None) -> Proof | None:
    """What this machine has: a token that was given, else what the CI offers. None: nothing. Raises UsageError."""
    if token_file is not None:
        return Token("the token in " + str(token_file), _one_line(_read(token_file), str(token_file)))
    if given := environment.get("GRADER_TOKEN"):
        return Token("the token in GRADER_TOKEN", _one_line(given, "GRADER_TOKEN"))
    url, secret = (environment.get(f"ACTIONS_ID_TOKEN_REQUEST_{name}", "") for name in ("URL", "TOKEN"))
    if url and secret:
        return GitHub(url, secret, audience)
    if given := environment.get("GRADER_ID_TOKEN"):
        return Token("this job of GitLab CI", _one_line(given, "GRADER_ID_TOKEN"))
    return None


def missing(environment: Mapping[str, str]) -> UsageError:
    """What to do where there is neither a proof nor a signature."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return UsageError("this job may not say who it is: give it `permissions: id-token: write`. Nothing was sent.")
    if environment.get("GITLAB_CI") == "true":
        return UsageError(
            "this job may not say who it is: give it `id_tokens: {GRADER_ID_TOKEN: {aud: DASHBOARD}}`. "
            "Nothing was sent."
        )
    return UsageError(
        "nobody could tell whose report this is. Put the token that your course gave you into a file and add "
        "`--token-file FILE` (or into GRADER_TOKEN), or send a signed report. Nothing was sent."
    )


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is no text, expected a token.") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Expected a file with your token.") from None


def _one_line(text: str, where: str) -> str:
    """RFC 6750's characters, and no more: what else is in a header would be another header."""
    token = text.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token or len(token) > 16_384:
        raise UsageError(f"{where}: holds no token, expected one word in one line.")
    return token
