"""What a released kit holds: everything is left out but what is named here.

No solution, no submission, no test; of a challenge's folder no list of mutants (`equivalent.toml` quotes the solution),
no Python file of somebody's own, and the stub in place of what stands in the learner's file. `private/` goes only where
learners do not see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from grader import __version__, kitlock
from grader.challenge import PRIVATE, Challenge, Kit
from grader.diagnosis.misconceptions import COMMON, NAME, read, texts_of
from grader.errors import UsageError

TREES = ("grader", "requirements", "ci", ".devcontainer", ".vscode")
FILES = ("Makefile", "pyproject.toml", ".gitignore")
JOBS = (".github/workflows/grade.yml", ".github/workflows/submit.yml")  # where somebody has put them
DOCS = ("report.schema.json", "security.md", "signing.md", "submitting.md", "in-process.md", "pictures/*.svg")
AUTHORS = {"equivalent.toml"}  # in a challenge's folder
NEEDED = ("grader/__main__.py", "requirements/kit.txt", *FILES)
README = "README.md"
ATTRIBUTES = "# The bytes as they were handed out: KIT.lock has their hashes.\n* -text\n"
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Entry:
    """One file: its path in the kit, with `/`; whether it is a program; whether it is the learner's own to change."""

    path: str
    content: bytes
    executable: bool = False
    own: bool = False


def contents(kit: Kit, challenges: Sequence[Challenge], *, private: bool = False) -> list[Entry]:
    """All files of the released kit, its lock among them, by path. Raises UsageError naming what is missing."""
    for name in NEEDED:
        if not (kit.root / name).is_file():
            raise UsageError(f"{kit.root / name}: missing, so nothing that works can be made of this kit.")
    _names_known(challenges)
    try:
        entries = [*_common(kit), *(entry for one in challenges for entry in _challenge(kit, one, private))]
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be read ({error.strerror}). Nothing was made.") from None
    entries.append(Entry(".gitattributes", ATTRIBUTES.encode()))
    entries.append(Entry(README, _readme(challenges).encode(), own=True))
    about = f"Kit {__version__}, as it was handed out: {', '.join(one.id for one in challenges)}."
    try:
        lock = kitlock.text(((entry.path, entry.content) for entry in entries if not entry.own), about)
    except ValueError as error:
        raise UsageError(f"{kit.root}: {error}. Give that file a plainer name.") from None
    entries.append(Entry(kitlock.NAME, lock.encode()))
    return sorted(entries, key=lambda entry: entry.path)


def _names_known(challenges: Sequence[Challenge]) -> None:
    """What a learner is told of a challenge must not have its words in one that is left out. Raises UsageError."""
    known = {*texts_of(COMMON), *(id for path in _told(challenges) for id in texts_of(path))}
    for path in _told(challenges):
        table = read(path)
        rows = [row for rows in table.get("tables", {}).values() for row in rows]
        wanted = [*(row.get("id") for row in rows), *(route.get("general") for route in table.get("routes", []))]
        for id in wanted:
            if id and id not in known:
                raise UsageError(
                    f"{path}: names `{id}`, which has its words in a challenge that is left out. Release that one, "
                    f"too, or move the words to grader/diagnosis/{COMMON.name}."
                )


def _told(challenges: Sequence[Challenge]) -> list[Path]:
    return [path for one in challenges if (path := one.folder / NAME).is_file()]


def _common(kit: Kit) -> Iterator[Entry]:
    root = kit.root
    for tree in TREES:
        yield from (_entry(root, path) for path in _walk(root / tree))
    for name in (*FILES, *(name for name in JOBS if (root / name).is_file())):
        yield _entry(root, root / name)
    for pattern in DOCS:
        yield from (_entry(root, path) for path in sorted((root / "docs").glob(pattern)))
    for path in sorted(kit.challenges.glob("*.py")):  # common.py, and what else learners' code may import
        if _is_file(path):
            yield _entry(root, path)


def _challenge(kit: Kit, challenge: Challenge, private: bool) -> Iterator[Entry]:
    if not challenge.stub.is_file():
        raise UsageError(f"{challenge.stub}: missing, so there is nothing to hand out as the learner's file.")
    root, stub = kit.root, challenge.stub.read_bytes()
    yield Entry(challenge.file.relative_to(root).as_posix(), stub, own=True)
    yield _entry(root, challenge.stub)
    for path in _walk(challenge.folder):
        inside = path.relative_to(challenge.folder).parts
        if inside[0] == PRIVATE:
            if private:
                yield _entry(root, path)
        elif path.name not in AUTHORS and (path.suffix != ".py" or inside == ("checks.py",)):
            yield _entry(root, path)
    yield from (_entry(root, path) for path in _walk(root / "fixtures" / challenge.id))


def _walk(folder: Path) -> Iterator[Path]:
    """Files below, without hidden ones, links, and what Python writes beside its sources."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") or path.name == "__pycache__" or path.is_symlink():
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.suffix not in (".pyc", ".pyo"):
            yield path


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")


def _entry(root: Path, path: Path) -> Entry:
    return Entry(path.relative_to(root).as_posix(), path.read_bytes(), bool(path.stat().st_mode & 0o100))


def _readme(challenges: Sequence[Challenge]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("README.md").render(challenges=challenges, first=challenges[0])
