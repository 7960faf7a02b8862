"""Learners' code, and what learners are told: the corpus of right and wrong submissions, the ids, the hints."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from grader.authoring.problem import Rule, Slip
from grader.authoring.subject import Subject, subjects
from grader.challenge import Kit
from grader.diagnosis import misconceptions as words
from grader.diagnosis.misconceptions import Misconception, misconceptions
from grader.diagnosis.tables import book
from grader.errors import UsageError

FEW_RIGHT = 8
SHORT_LINE = 14  # characters of code without spaces: a line that is shorter gives nothing away
STYLES = "with another client, async, another way to read, to print, to keep what came"


def diagnosis_in(path: Path) -> str:
    """`<id>--<disguise>.py` is told `<id>`."""
    return path.stem.partition("--")[0]


def submissions_are_there(subject: Subject) -> Iterator[Slip]:
    """Right ones in many styles, since no style may fail; wrong ones, since each must be found out."""
    right, wrong = subject.submissions / "right", subject.submissions / "wrong"
    if not subject.right:
        yield Slip(right, f"holds no submission. Put programs there that are right in other styles: {STYLES}.")
    elif len(subject.right) < FEW_RIGHT:
        yield Slip(
            right,
            f"holds {len(subject.right)} right submissions, fewer than {FEW_RIGHT}. Add other styles: {STYLES}.",
            severity="warning",
        )
    if not subject.wrong:
        yield Slip(wrong, "holds no submission. Put a learner's mistake there, named `<id>--<disguise>.py`.")
    for path in sorted(subject.submissions.glob("*/*")):
        if path.suffix != ".py" and path.name != "__pycache__":
            yield Slip(path, "is no submission. Each is one .py file: rename it, or remove it.")


def wrong_submissions_are_named_by_a_known_id(subject: Subject) -> Iterator[Slip]:
    """The id has its words in a misconceptions.toml."""
    known = misconceptions(subject.kit.challenges)
    for path in subject.wrong:
        id, dashes, disguise = path.stem.partition("--")
        if not dashes or not disguise:
            yield Slip(path, "is not named `<id>--<disguise>.py`. Say in its name what it has to be told.")
        elif id not in known:
            yield Slip(
                path,
                f"has to be told `{id}`, an id without words. Take one of docs/misconceptions.md, or add it to "
                f"{subject.folder.relative_to(subject.kit.root) / words.NAME}.",
            )


def tables_of_its_own_can_be_read(subject: Subject) -> Iterator[Slip]:
    """misconceptions.toml, where there is one. Its evidence may stand in checks.py, which is loaded for that."""
    assert subject.module
    book(subject.folder)
    yield from ()


def every_id_of_its_own_is_reached(subject: Subject) -> Iterator[Slip]:
    """Of the words and rows that a challenge brings, each is what a wrong submission is told."""
    path = subject.folder / words.NAME
    reached = {diagnosis_in(wrong) for wrong in subject.wrong} | set(unreached(subject.kit))
    for id in sorted(_ids_in(path) - reached) if path.exists() else ():
        yield Slip(
            path,
            f"has the id `{id}`, which no wrong submission is told. Add one as wrong/{id}--….py, or remove the id, or "
            f"say in {UNREACHED} why none can be had.",
        )


def _ids_in(path: Path) -> set[str]:
    """All that a challenge's own file can lead to. A route's general id is no aim; it is what is left."""
    rows = [row for table in words.read(path).get("tables", {}).values() for row in table]
    return {*words.texts_of(path), *(str(row.get("id")) for row in rows)}


UNREACHED = "tests/submissions/unreached.toml"


def unreached(kit: Kit) -> dict[str, str]:
    """Ids that no wrong submission is told, each with the reason. Raises UsageError."""
    path = kit.root / UNREACHED
    if not path.exists():
        return {}
    try:
        return {id: str(reason) for id, reason in tomllib.loads(path.read_text("utf-8")).items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from None


def every_common_id_is_reached(kit: Kit) -> Iterator[Slip]:
    """Of the words that all challenges share, each is told by one of them; what is declared is not stale."""
    path, declared = kit.root / UNREACHED, unreached(kit)
    reached = {diagnosis_in(wrong) for subject in subjects(kit, []) for wrong in subject.wrong}
    known = misconceptions(kit.challenges)
    for id in words.texts_of(words.COMMON):
        if id not in reached and id not in declared:
            yield Slip(
                words.COMMON,
                f"has the id `{id}`, which no wrong submission of any challenge is told. Add one, or remove the id, or "
                f"say in {UNREACHED} why none can be had.",
            )
    for id, reason in declared.items():
        if id in reached or id not in known:
            why = "a wrong submission is told it" if id in reached else "there is no such id any more"
            yield Slip(path, f"declares `{id}`, and {why}. Remove the entry.", severity="warning")
        elif not reason.strip():
            yield Slip(path, f"gives no reason for `{id}`. Say why no wrong submission can be told it.")


def hints_do_not_give_the_solution_away(subject: Subject) -> Iterator[Slip]:
    """No hint holds a line of the reference solution, whatever its spaces and quotes."""
    lines = _code_lines(subject.solution) - _code_lines(subject.stub)
    for text in _told_here(subject):
        for number, hint in enumerate(text.hints, 1):
            said = _normal(hint)
            line = next((line for line in sorted(lines) if line in said), None)
            if line:
                path = subject.folder / words.NAME
                its = path.exists() and text.id in words.texts_of(path)
                yield Slip(
                    path if its else words.COMMON,
                    f"gives the solution away in hint {number} of `{text.id}`: it holds `{line}`. Point to the line, "
                    "and let the learner write it.",
                )


def _told_here(subject: Subject) -> list[Misconception]:
    path = subject.folder / words.NAME
    known = misconceptions(subject.kit.challenges)
    ids = {diagnosis_in(wrong) for wrong in subject.wrong} | (set(words.texts_of(path)) if path.exists() else set())
    return [known[id] for id in sorted(ids) if id in known]


def _code_lines(tree: ast.Module) -> set[str]:
    lines = (_normal(line) for line in ast.unparse(tree).splitlines())
    return {line for line in lines if len(line) >= SHORT_LINE}


def _normal(text: str) -> str:
    return re.sub(r"""\s+|["'`]""", "", text)


def kit_lists_the_challenge(subject: Subject) -> Iterator[Slip]:
    """The README, where learners choose."""
    path = subject.kit.root / "README.md"
    if path.exists() and f"challenges/{subject.id}/README.md" not in path.read_text("utf-8", "replace"):
        yield Slip(
            path,
            f"does not list {subject.id}. Add a row with a link to challenges/{subject.id}/README.md to its table.",
            severity="warning",
        )


RULES: tuple[Rule, ...] = (
    submissions_are_there,
    tables_of_its_own_can_be_read,
    wrong_submissions_are_named_by_a_known_id,
    every_id_of_its_own_is_reached,
    hints_do_not_give_the_solution_away,
    kit_lists_the_challenge,
)
