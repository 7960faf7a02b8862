"""Which file of a student's is for which challenge: by the folder's id, or by the name that the stub has.

Nothing is guessed. Where two files could be meant, or none, a problem says so and neither is taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.challenge import MAX_SOURCE, Challenge
from grader.classroom.collect import notebook
from grader.classroom.collect.entries import Entry, Unreadable
from grader.classroom.collect.zips import MAX_NESTED, open_zip
from grader.classroom.model import Problem

MAX_NOTEBOOK = 8 * 1024 * 1024  # bytes; pictures among the outputs are large
_KITS_OWN = ("checks.py", "common.py")  # beside the learner's file, in a clone of the kit
_PACKED = (".rar", ".7z", ".tar", ".gz", ".tgz", ".xz", ".bz2")
_ADDED = re.compile(r"(\.py)\.txt$|(?: ?\(\d+\)|[-_ ]\d{1,2}| - Copy)(\.(?:py|ipynb))$", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """One file for one challenge."""

    challenge: Challenge
    entry: Entry
    source: bytes


class Recogniser:
    """`wanted` are the ids of those that are taken; the others are only known."""

    def __init__(self, challenges: Sequence[Challenge], wanted: set[str] | None = None) -> None:
        self._wanted = {challenge.id for challenge in challenges} if wanted is None else wanted
        self._by_id = {challenge.id.casefold(): challenge for challenge in challenges}
        self._by_name: dict[str, list[Challenge]] = defaultdict(list)
        for challenge in challenges:
            for name in {challenge.card.file, f"{challenge.id}.py", f"{challenge.id.replace('-', '_')}.py"}:
                self._by_name[name.casefold()].append(challenge)
        self._names = ", ".join(challenge.card.file for challenge in challenges)

    def folder(self, name: str) -> Challenge | None:
        """The challenge whose id this is."""
        return self._by_id.get(name.casefold())

    def named(self, name: str) -> Challenge | None:
        """The challenge whose file is called so, perhaps with what browsers and systems add to a name."""
        stem = _ADDED.sub(r"\1\2", name).casefold().replace(".ipynb", ".py")
        for each in (name.casefold().replace(".ipynb", ".py"), stem):
            if len(fits := self._by_name.get(each, [])) == 1:
                return fits[0]
        return None

    def is_code(self, parts: tuple[str, ...]) -> bool:
        """Whether a path could be a submission, by its ending."""
        return parts[-1].lower().endswith((".py", ".ipynb", ".py.txt"))

    def in_kit(self, parts: tuple[str, ...]) -> bool:
        """Whether a path is `…/challenges/<id>/<file>`, as in a clone of the kit."""
        return len(parts) > 2 and parts[-3].lower() == "challenges" and self.folder(parts[-2]) is not None

    def recognise(
        self, entries: Iterable[Entry], where: str, hint: Challenge | None = None
    ) -> tuple[list[Found], list[Problem]]:
        """One file a challenge of one student's entries; what they are packed in is opened, once.

        `hint` is the challenge that the whole download is for: a file that says nothing of itself is taken for it if
        it is the only one.
        """
        problems: list[Problem] = []
        flat = list(_unpacked(entries, problems))
        flat = [
            entry for entry in flat if self.in_kit(entry.parts)
        ] or flat  # of a clone, its solutions are not the learner's
        candidates: dict[str, list[Entry]] = defaultdict(list)
        unknown: list[Entry] = []
        for entry in flat:
            challenge = self._challenge(entry)
            (candidates[challenge.id] if challenge else unknown).append(entry)
        if hint and hint.id not in candidates and len(unknown) == 1:
            candidates[hint.id] = [unknown.pop()]
        elif unknown and not (hint and hint.id in candidates):
            problems.append(self._unknown(unknown))
        if not flat and not problems:
            problems.append(Problem(None, where, f"holds no Python file. Expected one of {self._names}."))
        taken = ((self._by_id[id.casefold()], candidates[id]) for id in candidates if id in self._wanted)
        found = [each for challenge, several in taken if (each := self._one(challenge, several, problems))]
        return found, problems

    def _unknown(self, entries: list[Entry]) -> Problem:
        more = f" (and {len(entries) - 1} more)" if len(entries) > 1 else ""
        advice = f"Name it as its stub ({self._names}), or put it in a folder with the challenge's id."
        return Problem(None, entries[0].origin, f"could be for any challenge{more}. {advice}")

    def _challenge(self, entry: Entry) -> Challenge | None:
        """The innermost folder that is a challenge's id decides; else the file's name."""
        folders = [challenge for part in reversed(entry.parts[:-1]) if (challenge := self.folder(part))]
        return folders[0] if folders else self.named(entry.name)

    def _one(self, challenge: Challenge, several: list[Entry], problems: list[Problem]) -> Found | None:
        exact = [entry for entry in several if entry.name == challenge.card.file]
        near = [entry for entry in several if self.named(entry.name) is challenge]
        if not near and (other := next((e for e in several if self.named(e.name)), None)):
            message = f"lies in the folder of {challenge.id}, and is named as another challenge's. Move or rename it."
            problems.append(Problem(None, other.origin, message))
            return None
        readable = [found for entry in near or several if (found := _read(challenge, entry, problems))]
        if len({found.source for found in readable}) == 1:
            if self.in_kit(readable[0].entry.parts) and _is_stub(readable[0]):
                return None  # a clone brings all stubs along: nobody handed them in
            return next((found for found in readable if found.entry in exact), readable[0])
        if readable:
            names = " and ".join(found.entry.origin for found in readable)
            message = (
                f"{len(readable)} files for {challenge.id}, and nothing says which counts: {names}. Leave one there."
            )
            problems.append(Problem(None, readable[0].entry.origin, message))
        return None


def _is_stub(found: Found) -> bool:
    """Untouched, whatever line ends git gave it."""
    stub = found.challenge.stub
    return stub.is_file() and found.source.replace(b"\r\n", b"\n") == stub.read_bytes().replace(b"\r\n", b"\n")


def _unpacked(entries: Iterable[Entry], problems: list[Problem], depth: int = 1) -> Iterable[Entry]:
    """The Python files and notebooks, those in zips as well."""
    for entry in entries:
        if entry.suffix == ".zip" and depth:
            try:
                inner = open_zip(entry.read(MAX_NESTED), entry.origin)
            except Unreadable as error:
                problems.append(Problem(None, entry.origin, str(error)))
                continue
            problems += inner.problems
            for each in _unpacked(inner.entries, problems, depth - 1):
                yield Entry((*entry.parts[:-1], *each.parts), each.origin, each.read, entry.dated)
        elif entry.suffix == ".zip" or entry.suffix in _PACKED:
            problems.append(Problem(None, entry.origin, "is packed in a way that is not opened. Hand in the .py file."))
        elif entry.name.lower().endswith((".py", ".ipynb", ".py.txt")) and entry.name not in _KITS_OWN:
            yield entry


def _read(challenge: Challenge, entry: Entry, problems: list[Problem]) -> Found | None:
    try:
        if entry.suffix == ".ipynb":
            return Found(challenge, entry, notebook.code(entry.read(MAX_NOTEBOOK)))
        content = entry.read(MAX_SOURCE)
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Unreadable("is UTF-16 text, expected UTF-8. Save it as UTF-8.")
        if b"\0" in content:
            raise Unreadable("is a binary file, expected Python source (UTF-8 text).")
        return Found(challenge, entry, content)
    except Unreadable as error:
        problems.append(Problem(None, entry.origin, str(error)))
        return None
