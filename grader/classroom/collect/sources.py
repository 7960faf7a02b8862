"""What lies in a folder of submissions: students' folders, clones and zips, and downloads, packed or not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

from grader.challenge import Challenge
from grader.classroom.collect import canvas, git, gradescope, moodle, nbgrader, plain
from grader.classroom.collect.area import Area, Who
from grader.classroom.collect.entries import MAX_ENTRIES, Entry, Unreadable, clean, is_litter
from grader.classroom.collect.folder import Walk, read
from grader.classroom.collect.git import Moment
from grader.classroom.collect.recognise import Recogniser
from grader.classroom.collect.zips import MAX_FILES, open_zip
from grader.classroom.model import Problem

DOWNLOADS: tuple[ModuleType, ...] = (moodle, gradescope, canvas, nbgrader)
_WRAPPERS = ("submissions", "submitted")
_GIT_SUFFIX = ".git"
MOST_FOLDERS = 3  # around the students' own: a challenge's, a download's; a link may lead round in a circle


@dataclass(frozen=True)
class Part:
    """What one place gives. `hint`: the challenge that all of it is for, where the place says so.

    `stamped`: a timestamp.txt in it is believed. Where students hand in whole folders it could be their own.
    """

    areas: list[Area]
    problems: list[Problem]
    hint: Challenge | None = None
    stamped: bool = False


class Sources:
    """`is_student`: what the roster knows is that student's own, whatever they made it look like."""

    def __init__(
        self,
        challenges: Sequence[Challenge],
        is_student: Callable[[str], bool],
        moment: Moment | None = None,
        *,
        times: bool = False,
    ) -> None:
        self._known, self._challenges, self._is_student = Recogniser(challenges), challenges, is_student
        self._moment, self._times = moment, times

    def of(self, path: Path, *, is_clone: bool = False) -> Iterator[Part]:
        """All parts of a folder, a zip, or one clone, place by place: each is let go before the next."""
        if path.is_file():
            yield self._zip(path, whole=True)
        elif is_clone or self._is_one_clone(path):
            yield self._clone(path)
        else:
            yield from self._folder(path, self._known.folder(clean(path.name)))

    def _is_one_clone(self, path: Path) -> bool:
        """A folder of students may lie in a repository; one that has the kit's challenges is a student's."""
        is_repository = (path / ".git").exists() or (path / "objects").is_dir()
        return is_repository and (self._moment is not None or not (path / ".git").exists() or self._is_kit(path))

    def _is_kit(self, path: Path) -> bool:
        return any((path / "challenges" / challenge.id).is_dir() for challenge in self._challenges)

    def _folder(self, path: Path, hint: Challenge | None, depth: int = 0) -> Iterator[Part]:
        """Each thing in it by itself; but the pieces of an unpacked download together."""
        try:
            items = [item for item in _listed(path) if not is_litter(item.name)]
        except OSError as error:
            yield Part([], [_unreadable(path, error)])
            return
        course = any(item.name.lower() == "submitted" for item in items if _is(item, os.DirEntry.is_dir))
        download = _download_of(_shape(item) for item in items)
        if download or course:
            names = () if download else ("submitted",)
            yield self._unpacked(path, download or nbgrader, hint, names)
        for item in items:
            if download and download.fits(_shape(item)):
                continue  # a piece of the download
            if course:
                continue  # of nbgrader's: its configuration, what was released and what was graded
            if _is(item, os.DirEntry.is_file):
                yield from self._file(item)
            elif _is(item, os.DirEntry.is_dir):
                yield from self._inside(Path(item.path), clean(item.name), hint, depth)

    def _file(self, item: os.DirEntry[str]) -> Iterator[Part]:
        """One that lies beside the students' folders."""
        if item.name.lower().endswith(".zip"):
            yield self._zip(Path(item.path), whole=False)
        elif self._known.is_code((item.name,)):
            yield Part([], [Problem(None, clean(item.path), _NOBODYS)])

    def _inside(self, folder: Path, name: str, hint: Challenge | None, depth: int) -> Iterator[Part]:
        """A challenge's students, an unpacked download, or a student; folders of folders end somewhere."""
        challenge = self._known.folder(name)
        if depth < MOST_FOLDERS and challenge:
            yield from self._folder(folder, challenge, depth + 1)
        elif depth < MOST_FOLDERS and not self._is_student(name) and _is_download(folder):
            yield from self._folder(folder, hint, depth + 1)
        else:
            yield self._student(folder, name, hint)

    def _student(self, folder: Path, name: str, hint: Challenge | None) -> Part:
        shown = clean(str(folder))
        try:
            if git.git_dir(folder):
                return self._clone(folder)
            start = ("challenges",) if self._is_kit(folder) else ()
        except Unreadable as error:
            return Part([Area(Who((name,)), shown)], [Problem(name, shown, str(error))])
        except OSError as error:
            return Part([Area(Who((name,)), shown)], [_unreadable(folder, error)])
        walk = Walk(folder, start=start, times=self._times)
        entries = list(walk.entries())
        problems = [Problem(name, problem.where, problem.message) for problem in walk.problems]
        stamped = self._times or folder.absolute().parent.name.lower() == "submitted"
        return Part([Area(Who((name,)), shown, entries)], problems, hint, stamped)

    def _clone(self, folder: Path) -> Part:
        name = clean(folder.absolute().name.removesuffix(_GIT_SUFFIX))
        shown = clean(str(folder))
        try:
            repository = git.git_dir(folder)
            if repository is None:
                raise Unreadable("is no git clone. Clone it first, or give the folder without file://.")
            found = git.read_commit(repository, shown, self._moment or Moment(), self._known.is_code)
        except Unreadable as error:
            return Part([Area(Who((name,)), shown)], [Problem(name, shown, str(error))])
        problems = [Problem(name, problem.where, problem.message) for problem in found.problems]
        return Part([Area(Who((name,)), shown, found.entries)], problems)

    def _unpacked(self, path: Path, layout: ModuleType, hint: Challenge | None, names: tuple[str, ...]) -> Part:
        """A download's pieces in a folder."""
        entries: list[Entry] = []
        problems: list[Problem] = []
        for item in _listed(path):
            name, inside = clean(item.name), Path(item.path)
            if is_litter(item.name) or (names and name.lower() not in names):
                continue
            if item.is_file(follow_symlinks=False):
                if layout.fits((name,)):
                    entries.append(Entry((name,), clean(item.path), partial(read, inside)))
            elif item.is_dir(follow_symlinks=False) and layout.fits((name, "", "")):
                walk = Walk(inside, times=self._times, limit=MAX_FILES if names else MAX_ENTRIES)
                entries += [Entry((name, *e.parts), e.origin, e.read, e.dated) for e in walk.entries()]
                problems += walk.problems
        made = layout.split(entries)
        return Part(made.areas, problems + made.problems, hint, layout is nbgrader)

    def _zip(self, path: Path, *, whole: bool) -> Part:
        """A download; or the whole class as the plain layout has it; or (in a folder) what one student packed."""
        stem, shown = clean(path.stem), clean(str(path))
        try:
            opened = open_zip(path, shown)
        except Unreadable as error:
            return Part([], [Problem(None, shown, str(error))])
        hint = next((c for c in self._challenges if c.id.casefold() in stem.casefold()), None)
        entries = opened.entries
        if not whole and self._is_student(stem):
            return Part([Area(Who((stem,)), shown, entries)], opened.problems)
        layout = _download_of(e.parts for e in entries)
        if layout is None and entries and len({e.parts[0] for e in entries}) == 1 and len(entries[0].parts) > 1:
            below = [entry.below(1) for entry in entries]
            layout = _download_of(e.parts for e in below)
            wrapped = entries[0].parts[0].casefold() in (stem.casefold(), *_WRAPPERS)
            entries = below if layout or (wrapped and (whole or hint)) else entries
        if layout is None and not whole and not hint:
            return Part([Area(Who((stem,)), shown, entries)], opened.problems)
        layout = layout or plain
        made = layout.split(entries)
        nobodys = [e for e in entries if not layout.fits(e.parts) and self._known.is_code(e.parts)]
        lost = [Problem(None, entry.origin, _NOBODYS) for entry in nobodys]
        return Part(made.areas, opened.problems + made.problems + lost, hint, layout is nbgrader)


_NOBODYS = "lies in no student's folder, and nothing says whose it is. Put it into a folder named as the student."


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(None, clean(str(path)), f"cannot be read ({error.strerror}). Check its permissions.")


def _is(item: os.DirEntry[str], kind: Callable[[os.DirEntry[str]], bool]) -> bool:
    """A link that leads to nothing, or to itself, is neither a file nor a folder."""
    try:
        return kind(item)
    except OSError:
        return False


def _shape(item: os.DirEntry[str]) -> tuple[str, ...]:
    """As much of a path as layouts look at: a file's name, or a folder's and that something is in it."""
    return (clean(item.name),) if _is(item, os.DirEntry.is_file) else (clean(item.name), "")


def _listed(path: Path) -> list[os.DirEntry[str]]:
    """In the order of their names. Raises OSError."""
    with os.scandir(path) as found:
        return sorted(found, key=lambda item: item.name)


def _is_download(folder: Path) -> bool:
    """Whether all that lies in a folder is named as one platform does; Gradescope says so itself."""
    try:
        items = [item for item in _listed(folder) if not is_litter(item.name)]
    except OSError:
        return False  # whoever walks it says why
    inside = [_shape(item) for item in items]
    if (folder / gradescope.METADATA).is_file():
        return True
    return bool(inside) and any(all(layout.fits(parts) for parts in inside) for layout in (moodle, canvas))


def _download_of(paths: Iterable[tuple[str, ...]]) -> ModuleType | None:
    """The layout that some of these paths have: the one whose names are the most telling."""
    known = list(paths)
    return next((layout for layout in DOWNLOADS if any(layout.fits(parts) for parts in known)), None)
