"""What is checked, on which streams: checks.py and the fixtures."""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from grader.authoring.problem import Rule, Slip
from grader.authoring.subject import Subject
from grader.errors import UsageError
from grader.scenario import Feed, Scenario
from grader.stream.body import join
from grader.stream.fixture import Fixture
from grader.stream.salt import salt

SEEDS = range(1, 8)


def checks_have_names_of_their_own(subject: Subject) -> Iterator[Slip]:
    """A second function of a name would silently replace the first; two titles alike tell a learner nothing."""
    functions = (node for node in subject.tree(subject.checks_file, "").body if isinstance(node, ast.FunctionDef))
    names = [f.name for f in functions if any("check" in ast.unparse(decorator) for decorator in f.decorator_list)]
    for name in _twice(names):
        yield Slip(subject.checks_file, f"defines `{name}` twice. Give one of them another name: it is a check's id.")
    for title in _twice(check.title for check in subject.checks):
        yield Slip(subject.checks_file, f"has two checks with the title {title!r}. Say in each what it alone asks.")


def checks_stand_behind_what_they_build_on(subject: Subject) -> Iterator[Slip]:
    """`after` names checks of the same file that come earlier; so there is no circle."""
    for number, check in enumerate(subject.checks):
        for before in check.after:
            if before not in subject.checks[:number]:
                yield Slip(
                    subject.checks_file,
                    f"tries `{check.id}` before `{before.id}`, on which it builds. Put `{before.id}` above it.",
                )


def every_check_is_worth_something(subject: Subject) -> Iterator[Slip]:
    """Points are positive."""
    for check in subject.checks:
        if check.points <= 0:
            yield Slip(subject.checks_file, f"gives {check.points:g} points for `{check.id}`. Give it more than 0.")


def scenarios_have_ids_of_their_own(subject: Subject) -> Iterator[Slip]:
    """A run is known by its scenario's id: two alike would be taken for one."""
    for id in _twice(scenario.id for scenario in subject.scenarios):
        yield Slip(subject.checks_file, f"has two scenarios with the id `{id}`. Give one of them another id.")
    for scenario in subject.scenarios:
        if not scenario.title.strip():
            yield Slip(
                subject.checks_file, f"has a scenario `{scenario.id}` without a title. Say what is special about it."
            )


def fixtures_are_there(subject: Subject) -> Iterator[Slip]:
    """What a scenario or `play` names is in the challenge's folder of fixtures, and nothing else is."""
    there = {path.stem for path in subject.fixtures.glob("*.sse")}
    wanted = {
        (scenario.fixture, f"the scenario `{scenario.id}`", subject.checks_file) for scenario in subject.scenarios
    }
    wanted |= {(subject.challenge.card.play, "`play`", subject.folder / "challenge.toml")}
    for name, who, path in sorted(wanted):
        if name and name not in there:
            yield Slip(
                path,
                f"names the fixture `{name}` for {who}, and {_seen(subject.fixtures, subject)} has no {name}.sse. "
                f"Record one (`grader record`), or write it by hand.",
            )
    tree = subject.tree(subject.checks_file, "Write it.")
    spoken_of = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    for name in sorted(there - {name for name, _, _ in wanted}):
        if name not in spoken_of:
            path = subject.fixtures / f"{name}.sse"
            yield Slip(path, "is used by no scenario of checks.py, nor by `play`. Use it, or remove it and its .toml.")
    for path in sorted(subject.fixtures.glob("*.toml")):
        if path.stem not in there:
            yield Slip(path, "has no .sse beside it. Put the stream there, or remove it.")


def _seen(path: Path, subject: Subject) -> str:
    return str(path.relative_to(subject.kit.root))


def fixtures_parse_and_salt(subject: Subject) -> Iterator[Slip]:
    """Every fixture can be salted, to another stream for another seed, and to the same for the same."""
    for path in sorted(subject.fixtures.glob("*.sse")):
        fixture = subject.challenge.fixture(path.stem)  # raises UsageError, with the line
        try:
            bodies = [join(salt(fixture, seed, model="m").parts) for seed in (*SEEDS, *SEEDS)]
        except Exception as error:
            yield Slip(path, f"cannot be salted ({type(error).__name__}: {error}). Compare it with the other fixtures.")
            continue
        if bodies[: len(SEEDS)] != bodies[len(SEEDS) :]:
            yield Slip(path, "is salted in two ways by one seed. That is a fault of the kit: report it.")
        if len(set(bodies)) == 1:
            yield Slip(
                path,
                "is the same stream for every seed, so a hard-coded answer passes. Give it ids, texts or figures "
                "that salting changes.",
            )


def scenarios_can_be_played(subject: Subject) -> Iterator[Slip]:
    """Edits, cuts and what is kept back fit the streams that seeds make of the fixture."""
    for scenario in subject.scenarios:
        try:
            made = [_played(scenario, seed, subject) for seed in SEEDS]
        except (UsageError, _FixtureBroken):
            continue  # the fixture's own trouble, told above
        except Exception as error:
            yield Slip(
                subject.checks_file,
                f"has a scenario `{scenario.id}` that cannot be played ({type(error).__name__}: {error}). Mend what it "
                "does to the stream.",
            )
            continue
        wrong = next(filter(None, made), "")
        if wrong:
            yield Slip(subject.checks_file, f"has a scenario `{scenario.id}` {wrong}.")


class _FixtureBroken(Exception):
    pass


def _played(scenario: Scenario, seed: int, subject: Subject) -> str:
    """What is wrong with the stream that a seed makes of it; "" where it can be played."""
    if isinstance(scenario, Feed):
        streams = scenario.streams(seed)
        return "" if streams else "that feeds nothing. Give it a stream at least"
    fixture = subject.challenge.fixture(scenario.fixture)
    try:
        salt(fixture, seed, model="m")
    except Exception as error:
        raise _FixtureBroken from error
    if scenario.edit is not None:
        fixture = Fixture(fixture.name, join(scenario.edit(fixture.parts)), fixture.about)
    salted = salt(fixture, seed, model="m", finish=scenario.finish)
    size = len(join(salted.parts))
    reads = scenario.cut(salted.parts, random.Random(seed))
    if sum(reads) != size:
        return f"whose cut makes {sum(reads)} bytes of {size}. Let the lengths add up to the body's"
    at = scenario.keeps_back(salted.reply) if scenario.keeps_back else None
    if at is not None and not 0 <= at < len(salted.reply.events):
        return f"that keeps event {at} back, and there are {len(salted.reply.events)}. Name one that is there"
    return ""


def _twice(items: Iterator[str] | list[str]) -> list[str]:
    return [item for item, count in Counter(items).items() if count > 1]


RULES: tuple[Rule, ...] = (
    checks_have_names_of_their_own,
    checks_stand_behind_what_they_build_on,
    every_check_is_worth_something,
    scenarios_have_ids_of_their_own,
    fixtures_are_there,
    fixtures_parse_and_salt,
    scenarios_can_be_played,
)
