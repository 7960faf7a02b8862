"""One grading as the store takes it in, and what the store knows of gradings."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from grader import __version__
from grader.challenge import PRIVATE, Challenge

Key = tuple[str, str, str]  # student, challenge, sha256 of what was handed in


def clean(text: str) -> str:
    """The text as both databases can hold it: without NUL, and without halves of characters from odd file names."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def packed(text: str) -> bytes:
    """A long text, compressed: a report's timelines are full of the same words.

    Level 3: a report becomes a sixth larger than at level 6, in half the time.
    """
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 3)


@dataclass(frozen=True)
class Graded:
    """The report of one submission to one challenge. `report` is grader/result/v1 with that challenge alone."""

    student: str
    challenge: str
    sha256: str
    kit: str  # `kit_of` the challenge
    policy: str  # how seeds are made
    number: int  # 0, or how often it was graded before with this kit and policy
    report: str
    provenance: str = "server"  # one of PROVENANCE
    sent_by: str = ""  # who, where it was sent

    @property
    def key(self) -> Key:
        return self.student, self.challenge, self.sha256

    @cached_property
    def _parsed(self) -> dict[str, Any]:
        return dict(json.loads(self.report))

    @property
    def _challenge(self) -> dict[str, Any]:
        (challenge,) = self._parsed["challenges"]
        return dict(challenge)

    @property
    def status(self) -> str:
        return str(self._challenge["status"])

    @cached_property
    def columns(self) -> dict[str, Any]:
        """Of `reports`. Made before a transaction begins: packing takes its time."""
        report, challenge = self._parsed, self._challenge
        return {
            "kit": self.kit,
            "policy": self.policy,
            "number": self.number,
            "seed": report["seed"],
            "graded_at": datetime.now(UTC),
            "duration_s": report["duration_s"],
            "points": challenge["points"],
            "max_points": challenge["max_points"],
            "status": challenge["status"],
            "diagnosis": challenge["diagnosis"],
            "tier": report["isolation"]["tier"],
            "kit_version": report["kit"]["version"],
            "provenance": self.provenance,
            "sent_by": self.sent_by,
            "hints": challenge.get("hints"),
            "report": packed(self.report),
        }

    @property
    def checks(self) -> list[dict[str, Any]]:
        return [
            {
                "position": position,
                "check_id": check["id"],
                "status": check["status"],
                "points": check["points"],
                "max_points": check["max_points"],
                "diagnosis": check["diagnosis"],
                "because": check["because"],
            }
            for position, check in enumerate(self._challenge["checks"])
        ]


class Known:
    """What was graded before. Made of rows: student, challenge, sha256, kit, policy, number, status, counts."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._done: set[tuple[str, ...]] = set()
        self._next: dict[tuple[str, ...], int] = {}
        for student, challenge, sha256, kit, policy, number, status, counts in rows:
            work = (student, challenge, sha256, kit, policy)
            self._next[work] = max(self._next.get(work, 0), number + 1)
            if counts and status != "error":
                self._done.add(work)

    def done(self, key: Key, kit: str, policy: str) -> bool:
        """Was it graded here, without a fault of ours?"""
        return (clean(key[0]), *key[1:], kit, policy) in self._done

    def next_number(self, key: Key, kit: str, policy: str) -> int:
        return self._next.get((clean(key[0]), *key[1:], kit, policy), 0)


def kit_of(challenge: Challenge) -> str:
    """What decides a challenge's verdicts: the kit's version, and a hash over that challenge's files."""
    total = hashlib.sha256()
    root = challenge.kit.root
    files = [
        *(challenge.folder / name for name in ("checks.py", ".stub.py")),
        *challenge.folder.glob("*.toml"),
        *(challenge.folder / PRIVATE).glob("*"),
        *challenge.kit.challenges.glob("*.py"),
        *(root / "fixtures" / challenge.id).glob("*"),
    ]
    for path in sorted(path for path in files if path.is_file()):
        total.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{__version__}+{total.hexdigest()[:16]}"
