"""Writes docs/misconceptions.md from the tables and the words: `python docs/misconceptions.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.challenge import Challenge, find_kit, load_all
from grader.diagnosis.evidence import Evidence
from grader.diagnosis.misconceptions import LESSON, Misconception, misconceptions
from grader.diagnosis.tables import Book, Route, Row, book

HERE = Path(__file__).parent
PAGE = HERE / "misconceptions.md"

HEAD = """\
<!-- Made by `python docs/misconceptions.py` from grader/diagnosis/tables.toml, the misconceptions.toml files there and
in the challenges' folders, and the evidence's docstrings. Change those, and make it anew. -->

# From what was seen to its root cause

A check sees that something does not hold. From there to what the learner is told:

1. What was seen, and of which part, decides [which tables are tried](#what-was-seen), in that order.
2. A table is tried row by row. The first row of which all evidence holds gives the root cause, and its words for what
   that evidence was. Cheap evidence comes first; experiments, which are further runs of the program, come last.
3. Where no row holds, the general root cause is given, with what was expected and what was seen.

A root cause comes with one sentence, three hints (a nudge, the idea behind it, a pointer to the line), and the part of
the lesson that explains it. `{where}` becomes the line of the learner's file, where it is known.
"""


def page(challenges: list[Challenge]) -> str:
    """The whole page. The challenges' checks are loaded, since they may bring evidence of their own."""
    for challenge in challenges:
        challenge.checks()
    common = book()
    words = misconceptions(challenges[0].kit.challenges)
    own = [(c, book(c.folder)) for c in challenges if (c.folder / "misconceptions.toml").exists()]
    reached = {row.id for one in (common, *(added for _, added in own)) for rows in one.tables.values() for row in rows}
    lines = [HEAD, *_routes(common.routes)]
    for family in dict.fromkeys(text.family for text in words.values()):
        lines += [f"## Family: {family}", ""]
        for table in (table for table, (its, _) in common.about.items() if its == family):
            lines += [
                f"### Table `{table}`",
                "",
                f"{_sentence(common.about[table][1])}",
                "",
                *_rows(common.tables[table]),
            ]
        lines += [line for text in words.values() if text.family == family for line in _words(text, reached)]
    for challenge, added in own:
        lines += _added(challenge, added, common)
    return "\n".join([*lines, *_lesson(words.values()), *_evidence(common.known.values())]).rstrip() + "\n"


def _routes(routes: Iterable[Route]) -> list[str]:
    lines = ["## What was seen", "", "| seen | of | and | tables, in order | otherwise |", "|---|---|---|---|---|"]
    for route in routes:
        tables = ", ".join(f"[{table}](#table-{table})" for table in route.tables) or "—"
        lines.append(
            f"| {route.symptom or 'anything else'} | {route.field} | {_when(route.when, empty='')} | {tables} "
            f"| {_link(route.general)} |"
        )
    return [*lines, ""]


def _rows(rows: Iterable[Row]) -> list[str]:
    lines = ["| | evidence | root cause | in words |", "|---|---|---|---|"]
    for number, row in enumerate(rows, 1):
        lines.append(f"| {number} | {_when(row.when)} | {_link(row.id)} | {_cell(row.because)} |")
    return [*lines, ""]


def _words(text: Misconception, reached: set[str]) -> list[str]:
    lines = [f"#### `{text.id}`", "", text.says, ""]
    lines += [f"{number}. {hint}" for number, hint in enumerate(text.hints, 1)]
    lines += ["", f"In the lesson: [{text.lesson}](#{_anchor(text.lesson)})."]
    if text.id not in reached:
        lines[-1] += " No row leads here: a check that knows it says so itself, or a route's general id does."
    return [*lines, ""]


def _added(challenge: Challenge, added: Book, common: Book) -> Iterator[str]:
    yield from (f"## Challenge {challenge.number} adds", "")
    routes = added.routes[: len(added.routes) - len(common.routes)]
    if routes:
        yield from _routes(routes)[2:]
    for table, rows in added.tables.items():
        if rows != common.tables.get(table):
            of = f" of challenge {challenge.number}" if table in common.tables else ""
            yield from (f"### Table `{table}`{of}", "", *_rows(rows))
    own = [entry for name, entry in added.known.items() if name not in common.known]
    if own:
        yield from _evidence_rows(own)


def _lesson(words: Iterable[Misconception]) -> Iterator[str]:
    yield from ("## By part of the lesson", "")
    found = list(words)
    for part in LESSON:
        ids = [_link(text.id) for text in found if text.lesson == part]
        if ids:
            yield from (f"### {part}", "", ", ".join(ids) + ".", "")


def _evidence(known: Iterable[Evidence]) -> Iterator[str]:
    yield from ("## Evidence that a row can name", "")
    yield from ("Where a name ends in a colon, a parameter follows, such as `outcome: stuck or slow`.", "")
    modules: dict[str, list[Evidence]] = {}
    for entry in known:
        modules.setdefault(entry.holds.__module__.rpartition(".")[2], []).append(entry)
    for module in sorted(modules, key=lambda name: (name != "general", name)):
        yield from (f"### In `{module}.py`", "", *_evidence_rows(modules[module]))


def _evidence_rows(entries: Iterable[Evidence]) -> list[str]:
    rows = [f"| {_cell(entry.name)} | {_cell(entry.says)} |" for entry in entries]
    return ["| evidence | what it looks at |", "|---|---|", *rows, ""]


def _when(names: list[str], empty: str = "*always*") -> str:
    return "<br>".join(_cell(name) for name in names) or empty


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _link(id: str) -> str:
    return f"[`{id}`](#{id})"


def _anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith("?") else ".")


if __name__ == "__main__":
    PAGE.write_text(page(load_all(find_kit(HERE))), "utf-8")
