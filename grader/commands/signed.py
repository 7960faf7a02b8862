"""`grader key new`, `grader verify`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from grader import signing
from grader.report import Report
from grader.show import terminal
from grader.show.plainly import changed, seed
from grader.stored import bytes_of
from grader.untrusted import escaped


def new(path: Path) -> None:
    """Makes a pair of keys, and says which is which."""
    print_of = signing.new_key(path)
    print(f"{escaped(str(path))}: the private key. Whoever has it can sign in your name; keep it from learners' code.")
    print(f"{escaped(str(path))}.pub: the public key, for those who verify. Its fingerprint is {print_of}.")


def verify(path: Path, key: Path | None, plain: bool) -> int:
    """Returns the exit status: 0 where the report is as it was signed, 1 where not. Raises UsageError."""
    expected = signing.public_key(key) if key is not None else None
    content = bytes_of(path)
    out = terminal.console(plain=plain)
    try:
        signed = signing.verify(content, expected)
    except signing.Refused as refused:
        out.print(Text.assemble(("✗ ", "red"), escaped(f"{path}: {refused}.")), soft_wrap=True)
        return 1
    good = f"{path}: is as it was signed with the key {signed.fingerprint}."
    out.print(Text.assemble(("✓ ", "green"), escaped(good)), soft_wrap=True)
    if expected is None:
        out.print(Text("  Whose key that is, this file cannot tell: `--key PUB` asks for the one that you expect."))
    for line in _told(signed.report):
        out.print(Text(f"  {line}"), soft_wrap=True)
    return 0


def _told(report: Report) -> Iterator[str]:
    """What was graded, by which kit, and how confined."""
    missing = f", without {', '.join(report.isolation.missing)}" if report.isolation.missing else ""
    yield f"graded at {report.started} by kit {report.kit.version}, checks {report.kit.challenges_sha256}"
    if report.kit.lock:
        yield f"handed out with the lock {report.kit.lock}" + (f"; {changed(report)}" if report.kit.changed else "")
    yield f"run as {report.isolation.tier}{missing}"
    yield seed(report)
    for challenge in report.challenges:
        standing = f"{terminal.WORD[challenge.status]} {challenge.points:g}/{challenge.max_points:g}"
        yield f"{terminal.GLYPH[challenge.status]} {challenge.id} {standing}, submission {challenge.submission_sha256}"
