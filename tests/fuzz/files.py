"""Files that a learner hands in or could have edited, and reports that come from anywhere."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import random
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from grader import progress, stored
from grader.challenge import Kit
from grader.classroom import roster
from grader.classroom.collect import notebook
from grader.classroom.collect.entries import Unreadable
from grader.classroom.collect.gather import collect
from grader.classroom.similar import tokens as similar
from grader.diagnosis.showing import statements
from grader.errors import UsageError
from grader.jail.child import _compiled, describe
from grader.outcome import from_word
from tests.corpus import SUBMISSIONS, challenges
from tests.fuzz import mutate
from tests.fuzz.engine import Target
from tests.fuzz.process import told
from tests.fuzz.record import examples


@cache
def _folder(_: int) -> Path:
    made = tempfile.TemporaryDirectory(prefix="grader-fuzz-")
    _kept.append(made)
    return Path(made.name)


_kept: list[Any] = []


def folder() -> Path:
    """Of this process, removed when it ends."""
    return _folder(os.getpid())


def _file(name: str, data: bytes) -> Path:
    path = folder() / name
    path.write_bytes(data)
    return path


# -- submissions ----------------------------------------------------------------------------------------------------

LINES = (
    "# -*- coding: latin-1 -*-\n", "# coding: utf-7\n", "# coding: rot13\n", "# coding: hex\n", "# coding: nonesuch\n",
    "# coding: undefined\n", "# coding: unicode_escape\n", "# coding: idna\n", "\ufeff", "\0", "\f", "\r", "\\\n", "\t",
    "if 1:\n\tx\n        y\n", "x = '''", "f'{x!r:{y}}'", "def f(a, a): pass\n", "return\n", "yield\n", "nonlocal x\n",
    "from __future__ import braces\n", "x = 1__0\n", "x = 0777\n", "x: int = 5 if 6 else 7\n", "é = '\ud800'\n", "print 5\n",
    "import *\n", "match x:\n case {**y, 'a': 1}: pass\n", "async def f(): await x; yield from y\n", "lambda: (yield)\n",
    "x = " + "9" * 5000 + "\n", "class A: x = [y for y in (z := 1)]\n", "def \ufb01(): pass\n", "b'é'\n",
)  # fmt: skip
NESTED = (
    "(",
    "[",
    "{",
    "-",
    "not ",
    "a.",
    "f(",
    "[x for x in ",
    "if 1:\n ",
    "lambda: ",
    "x=",
    "1+",
    "a if b else ",
    "{1:",
)


@cache
def sources() -> list[bytes]:
    return [path.read_bytes() for path in sorted(SUBMISSIONS.glob("*/*/*.py"))[::25]]


def a_source(rng: random.Random) -> bytes:
    source = rng.choice(sources())
    if rng.random() < 0.5:
        lines = source.splitlines(keepends=True)
        at = rng.choice((0, rng.randrange(len(lines) + 1)))
        more = rng.choice((rng.choice(LINES), rng.choice(NESTED) * rng.choice((5, 50, 99, 150, 1000, 20_000))))
        lines.insert(at, more.encode("utf-8", "surrogatepass"))
        source = b"".join(lines)
    return mutate.raw(rng, source) if rng.random() < 0.6 else source


def takes_a_source(data: bytes) -> None:
    """As the learner's process reads it, and a class's comparison. Where it can, diagnosis looks at its statements, too."""
    path = str(_file("answer.py", data))
    similar.tokens(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _compiled.__wrapped__(path)
        except BaseException as error:
            outcome = from_word(json.loads(json.dumps(describe(error, path))))
            assert outcome.kind == "syntax", f"{type(error).__name__}: {error}"
            return
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):  # then it is no evidence
            statements(data)


# -- reports --------------------------------------------------------------------------------------------------------


@cache
def reports() -> list[Any]:
    return [json.loads(text) for text in examples("reports")]


def a_report(rng: random.Random) -> bytes:
    report = rng.choice(reports())
    runs = [run for challenge in report["challenges"] for run in challenge["runs"]]
    if runs and rng.random() < 0.6:  # where most of what is drawn comes from
        report = json.loads(json.dumps(report))
        run = rng.choice([run for challenge in report["challenges"] for run in challenge["runs"]])
        run["timeline"] = mutate.one_of_many(rng, run["timeline"])
    else:
        report = mutate.one_of_many(rng, report)
    return mutate.dumped(rng, report)


def takes_a_report(data: bytes) -> None:
    try:
        report = stored.read(_file("report.json", data))
    except UsageError:
        return
    told(report)


# -- the kit's memory -----------------------------------------------------------------------------------------------


def a_memory(rng: random.Random) -> bytes:
    standing = progress.Standing("fail", 3, 18, "not-flushed", "shows-each-piece", 12, "print(piece)", 1, "ab" * 32)
    known = {id: asdict(standing) for id in rng.sample(list(challenges()), 3)}
    return mutate.dumped(rng, mutate.one_of_many(rng, known))


def takes_a_memory(data: bytes) -> None:
    kit = Kit(folder())
    kit.state.mkdir(exist_ok=True)
    (kit.state / "progress.json").write_bytes(data)
    (kit.state / "current").write_bytes(data[:100])
    progress.current(kit)
    for id, standing in progress.load(kit).items():
        f"{standing.points:g}/{standing.max_points:g} {standing.line} {id}".encode("utf-8", "backslashreplace")
    id = next(iter(progress.load(kit)), "01-inspect-a-chunk")
    assert progress.one_more_hint(kit, id, 3) <= 3
    assert id in progress.load(kit), "it was saved"


# -- what a class hands in ------------------------------------------------------------------------------------------

NAMES = (
    "ada/inspect_chunk.py", "ada/02-prove-include-usage/prove_usage.py", "bob/inspect_chunk.ipynb", "../x.py", "/etc/x.py",
    "C:\\x.py", "ada/\u202ex.py", "a" * 300 + ".py", "x/" * 40 + "x.py", "ada_12_assignsubmission_file_/x.py",
    "lovelaceada_12_345_inspect_chunk.py", "submission_1/inspect_chunk.py", "submission_metadata.yml", "ada.zip", "", ".py",
)  # fmt: skip


def a_notebook(rng: random.Random) -> bytes:
    cell = {"cell_type": "code", "source": ["x = 1\n", "%time x\n"], "metadata": {"nbgrader": {"solution": True}}}
    book = {"nbformat": 4, "cells": [cell, {**cell, "source": "y", "metadata": {}}, {"cell_type": "markdown"}]}
    return mutate.dumped(rng, mutate.one_of_many(rng, book))


def takes_a_notebook(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert isinstance(notebook.code(data), bytes)


def a_roster(rng: random.Random) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=rng.choice(",;\t"))
    writer.writerow(["id", "name", "email", "section", "also"])
    for _ in range(rng.choice((0, 1, 3))):
        writer.writerow([rng.choice((*mutate.TEXTS, "ada", "Ada Lovelace", "a@b.c", "x;y")) for _ in range(5)])
    data = out.getvalue().encode("utf-8", "surrogatepass")
    return mutate.raw(rng, data) if rng.random() < 0.6 else data


def takes_a_roster(data: bytes) -> None:
    with contextlib.suppress(UsageError):
        known = roster.load(_file("roster.csv", data))
        for student in known.students:
            assert known.knows(student.id)


def a_zip(rng: random.Random) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", rng.choice((0, 8))) as archive:
        warnings.simplefilter("ignore")  # of names that come twice
        for _ in range(rng.choice((0, 1, 3, 6))):
            name = rng.choice(NAMES)
            name = mutate.text(rng, name) if rng.random() < 0.3 else name
            info = zipfile.ZipInfo(name.replace("\ud800", "").replace("\udc80\ud83c", "") or "x")
            info.external_attr = rng.choice((0o100644, 0o120777, 0o40755, 0)) << 16
            archive.writestr(info, _content(rng, name))
    return mutate.raw(rng, out.getvalue()) if rng.random() < 0.7 else out.getvalue()


def _content(rng: random.Random, name: str) -> bytes:
    if name.endswith(".yml"):
        yaml = (
            b"---\nsubmission_1:\n  :submitters:\n  - :name: Ada\n    :sid: '1'\n  :created_at: 2026-01-01 00:00:00 Z\n"
        )
        return mutate.raw(rng, yaml)
    if name.endswith(".ipynb"):
        return a_notebook(rng)
    return a_zip(rng) if name.endswith(".zip") and rng.random() < 0.5 else rng.choice(sources())[:500]


def takes_a_zip(data: bytes) -> None:
    try:
        found = collect(_file("class.zip", data), list(challenges().values()))
    except UsageError:
        return
    for handed in found.handed:
        assert isinstance(handed.source, bytes)
    for student in found.students:
        student.id.encode()


def targets() -> Iterator[Target]:
    yield Target("sources", a_source, takes_a_source, 30)
    yield Target("reports", a_report, takes_a_report, 16)
    yield Target("memories", a_memory, takes_a_memory, 40)
    yield Target("notebooks", a_notebook, takes_a_notebook, 60)
    yield Target("rosters", a_roster, takes_a_roster, 30)
    yield Target("zips", a_zip, takes_a_zip, 20)
