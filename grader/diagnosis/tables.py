"""tables.toml, and what a challenge's own misconceptions.toml adds to it: routes, and tables from evidence to id."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError

from grader.diagnosis import misconceptions as words
from grader.diagnosis.evidence import Case, Evidence, known_evidence
from grader.errors import GraderFault, UsageError
from grader.stream.fixture import Strict, first_problem

COMMON = Path(__file__).with_name("tables.toml")


class Row(Strict):
    """A rule: `id` is the root cause when all of `when` holds; `because` says to the learner what evidence that is."""

    id: str = Field(min_length=1)
    when: list[str]
    because: str = Field(min_length=1)
    first: bool = False  # of a challenge's own row: tried before all common ones, not only before the last


class Route(Strict):
    """What is tried for a finding with that symptom and field, where all of `when` holds; empty fits any."""

    symptom: str = ""
    field: str = ""
    when: list[str] = Field(default_factory=list)
    tables: list[str]
    general: str  # the id where no row holds


class Sheet(Strict):
    """A file's tables. `families` says which family a table belongs to, and what the table is about."""

    families: dict[str, dict[str, str]] = Field(default_factory=dict)
    routes: list[Route] = Field(default_factory=list)
    tables: dict[str, list[Row]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """The routes and tables that hold for a challenge, in order of trial."""

    routes: tuple[Route, ...]
    tables: dict[str, tuple[Row, ...]]
    about: dict[str, tuple[str, str]]  # a table's family, and what it is about
    known: dict[str, Evidence]

    def route(self, case: Case) -> Route:
        """The first that fits; the last of all fits whatever was seen."""
        return next(route for route in self.routes if self._fits(route, case))

    def _fits(self, route: Route, case: Case) -> bool:
        return route.symptom in ("", case.symptom) and route.field in ("", case.field) and self.holds(route.when, case)

    def rows(self, route: Route) -> Iterator[Row]:
        for table in route.tables:
            yield from self.tables[table]

    def holds(self, when: list[str], case: Case) -> bool:
        """Does all of it hold? Evidence that stumbles over what a submission did decides nothing: no verdict rests on it."""
        try:
            return all(_look(self.known, name, case) for name in when)
        except GraderFault:
            raise
        except Exception:
            return False


def book(folder: Path | None = None) -> Book:
    """The common tables, and for a challenge's folder its own with them. Raises UsageError naming file, table and row."""
    common = _sheet(COMMON)
    path = folder / words.NAME if folder else None
    own = _sheet(path) if path and path.exists() else Sheet()
    tables = {
        name: _merged(common.tables.get(name, []), own.tables.get(name, [])) for name in common.tables | own.tables
    }
    texts = words.misconceptions(folder.parent if folder else None)
    about = {
        table: (family, says)
        for sheet in (own, common)
        for family, its in sheet.families.items()
        for table, says in its.items()
    }
    found = Book((*own.routes, *common.routes), tables, about, known_evidence(folder))
    for sheet, where in ((common, COMMON), (own, path or COMMON)):
        _check(sheet, where, found, set(texts))
    return found


def _merged(common: list[Row], own: list[Row]) -> tuple[Row, ...]:
    """A challenge's own rows come before the table's last one, which is the most general, or before all where they say so."""
    first = [row for row in own if row.first]
    then = [row for row in own if not row.first]
    return (*first, *common[:-1], *then, *common[-1:])


def _sheet(path: Path) -> Sheet:
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> Sheet:
    # Whatever may be named is registered by now.
    from grader.diagnosis import exceptions, general, requests, showing, texts, usage, validating  # noqa: F401

    content = {key: value for key, value in words.read(path).items() if key in words.RESERVED}
    try:
        return Sheet.model_validate(content)
    except ValidationError as error:
        raise UsageError(f"{path}: {_place(error)}{first_problem(error)}") from None


def _place(error: ValidationError) -> str:
    """`tables.texts.3.when` as people count: table `texts`, row 4."""
    match error.errors()[0]["loc"]:
        case ("tables", str(table), int(row), *_):
            return f"table `{table}`, row {row + 1}: "
        case ("routes", int(row), *_):
            return f"route {row + 1}: "
    return ""


def _check(sheet: Sheet, path: Path, found: Book, ids: set[str]) -> None:
    for number, route in enumerate(sheet.routes, 1):
        where = f"{path}: route {number} (symptom `{route.symptom}`)"
        _expect(route.general, ids, f"{where}: id", "an id that has its words in a misconceptions.toml")
        _check_evidence(route.when, found.known, where)
        for table in route.tables:
            _expect(table, set(found.tables), f"{where}: table", "a table")
    for name, rows in sheet.tables.items():
        for number, row in enumerate(rows, 1):
            where = f"{path}: table `{name}`, row {number} (`{row.id}`)"
            _expect(row.id, ids, f"{where}: id", "an id that has its words in a misconceptions.toml")
            _check_evidence(row.when, found.known, where)


def _check_evidence(when: list[str], known: dict[str, Evidence], where: str) -> None:
    for name in when:
        bare, rest = parted(name, known)
        _expect(bare, set(known), f"{where}: evidence", "evidence as docs/misconceptions.md lists it")
        if bare.endswith(":"):
            _check_parameter(known[bare], rest, f"{where}: evidence {name!r}")


def _check_parameter(entry: Evidence, rest: str, where: str) -> None:
    try:
        entry.reads(rest)
        fits = rest != ""
    except ValueError:
        fits = False
    if not fits:
        raise UsageError(f"{where}: {rest!r} does not fit behind the colon. It says: {entry.says}")


def _expect(given: str, known: set[str], where: str, what: str) -> None:
    if given not in known:
        near = difflib.get_close_matches(given, known, n=1)
        advice = f", such as {near[0]!r}" if near else ""
        raise UsageError(f"{where} {given!r} is not known: expected {what}{advice}.")


def parted(name: str, known: dict[str, Evidence]) -> tuple[str, str]:
    """How the evidence is registered, and the rest: `trait: comments` is `trait:` and `comments`."""
    if name in known:
        return name, ""
    bare, colon, rest = name.partition(":")
    return bare + colon, rest.strip()


def _look(known: dict[str, Evidence], name: str, case: Case) -> bool:
    bare, rest = parted(name, known)
    found = known[bare]
    return found.holds(case, found.reads(rest)) if bare.endswith(":") else found.holds(case)
