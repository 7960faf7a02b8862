"""`grader similar`: groups of near-identical submissions, side by side. It shows what is alike, and says no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.challenge import Challenge
from grader.classroom.records import Reading
from grader.classroom.similar.excerpts import Excerpt, excerpts
from grader.classroom.similar.groups import NOTE, Group, Prints, Submission, groups
from grader.commands.class_reading import reading
from grader.errors import UsageError
from grader.show.terminal import console
from grader.untrusted import escaped


def run(
    db: str, names: list[str], threshold: float, given: list[Path], *, whole: bool, as_json: bool, plain: bool
) -> int:
    """Shows the groups; returns 0. Raises UsageError."""
    examples = [_read(path) for path in given]
    made: list[tuple[Challenge, Prints, list[Group]]] = []
    with reading(db, names, None) as found:
        for challenge in found.challenges:
            prints = Prints(challenge.stub.read_bytes(), examples)
            made.append((challenge, prints, groups(list(_last(found, challenge)), prints, threshold)))
    if as_json:
        print(_json(made))
    else:
        _show(made, console(plain=plain), whole=whole)
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"--given {path}: cannot be read ({error.strerror}). Check the path.") from None


def _last(found: Reading, challenge: Challenge) -> Iterator[Submission]:
    """What each student handed in last, stubs left out."""
    for (student, id), several in sorted(found.by_pair.items()):
        real = [attempt for attempt in several if attempt.status != "not-started"]
        if id == challenge.id and real:
            sha256 = real[-1].submission_sha256
            source = found.records.source(sha256)
            if source is not None:
                yield Submission(student, sha256, source)


def _json(made: list[tuple[Challenge, Prints, list[Group]]]) -> str:
    found = [
        {
            "challenge": challenge.id,
            "students": [member.student for member in group.members],
            "pairs": [{"students": [p.one.student, p.other.student], "share": round(p.share, 3)} for p in group.pairs],
            "excerpts": [asdict(each) for each in excerpts(group.pairs[0], prints)],
        }
        for challenge, prints, several in made
        for group in several
    ]
    return json.dumps({"schema": "grader/similar/v1", "note": NOTE, "groups": found}, ensure_ascii=False, indent=2)


def _show(made: list[tuple[Challenge, Prints, list[Group]]], out: Console, *, whole: bool) -> None:
    if not any(several for _, _, several in made):
        out.print("No submissions are nearly the same.")
        return
    for challenge, prints, several in made:
        for number, group in enumerate(several, 1):
            names = ", ".join(escaped(member.student) for member in group.members)
            out.print(Text(f"{challenge.id}, group {number}: {names}", style="bold"), soft_wrap=True)
            for pair in group.pairs if whole else group.pairs[:1]:
                one, other = escaped(pair.one.student), escaped(pair.other.student)
                out.print(Text(f"{one} and {other}: {pair.share:.0%} of what is theirs is the same"), soft_wrap=True)
                for excerpt in excerpts(pair, prints):
                    out.print(_side_by_side(one, other, excerpt))
    out.print(Text(NOTE, style="dim"))


def _side_by_side(one: str, other: str, excerpt: Excerpt) -> Table:
    table = Table(box=SIMPLE, pad_edge=False, expand=True)
    for name in (one, other):
        table.add_column("", justify="right", style="dim", no_wrap=True)
        table.add_column(Text(name), ratio=1, overflow="fold")
    for n, (left, right) in enumerate(zip_longest(excerpt.text, excerpt.other_text)):
        table.add_row(*_numbered(excerpt.line + n, left), *_numbered(excerpt.other_line + n, right))
    return table


def _numbered(number: int, line: str | None) -> tuple[str, Text]:
    return ("", Text("")) if line is None else (str(number), Text(escaped(line.expandtabs(4))))
