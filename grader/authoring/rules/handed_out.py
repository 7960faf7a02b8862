"""What a learner gets: the folder, the brief, the stub; and the solution that has to fit them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.authoring.problem import Rule, Slip
from grader.authoring.python import bare
from grader.authoring.subject import ID, Subject, function_in

KITS_OWN = ("checks.py", "common.py")


def folder_is_well_named(subject: Subject) -> Iterator[Slip]:
    """Two digits and a slug; the number is nobody else's."""
    if not ID.match(subject.id):
        yield Slip(subject.folder, "is no name for a challenge. Call it two digits and a slug: `10-my-challenge`.")
    others = [p.name for p in subject.kit.challenges.glob(f"{subject.id[:2]}-*") if p.is_dir() and p.name != subject.id]
    if others:
        yield Slip(subject.folder, f"has the number of {others[0]}. Give one of them another number.")


def card_fits_the_folder(subject: Subject) -> Iterator[Slip]:
    """challenge.toml can be read, and names a file of the learner's own."""
    file = subject.challenge.card.file
    if file in KITS_OWN:
        yield Slip(
            subject.folder / "challenge.toml", f"gives the learner `{file}`, which is the kit's own. Name another."
        )


def brief_names_what_to_fill_in(subject: Subject) -> Iterator[Slip]:
    """The brief says which file and which function."""
    card, path = subject.challenge.card, subject.folder / "README.md"
    if not re.search(rf"\b{re.escape(card.file)}\b", subject.brief):
        yield Slip(path, f"does not name the file `{card.file}`. Say in the brief which file is to be filled in.")
    if not re.search(rf"\b{re.escape(card.function)}\(", subject.brief):
        yield Slip(
            path,
            f"does not name the function `{card.function}`. Say in the brief which function is to be filled in, "
            f"with its arguments: `{subject.challenge.signature}`.",
        )


def brief_begins_with_its_title(subject: Subject) -> Iterator[Slip]:
    """`# 10 · My challenge`, as the card has it."""
    wanted = f"# {subject.challenge.number} · {subject.challenge.card.title}"
    first = subject.brief.partition("\n")[0].strip()
    if first != wanted:
        yield Slip(
            subject.folder / "README.md", f"begins with {first!r}. Let it begin with `{wanted}`, as the card says."
        )


def brief_says_how_to_run_it(subject: Subject) -> Iterator[Slip]:
    """With this challenge's number."""
    number = int(subject.challenge.number)
    wanted = [f"make {what} C={number}" for what in ("play", "grade") if what != "play" or subject.challenge.card.play]
    for command in wanted:
        if not re.search(rf"{command}\b", subject.brief):
            yield Slip(subject.folder / "README.md", f"does not say how to run it. Put `{command}` into the brief.")
    for other in {int(n) for n in re.findall(r"\bC=(\d+)", subject.brief)} - {number}:
        yield Slip(subject.folder / "README.md", f"says `C={other}`, another challenge's number. Write `C={number}`.")


def points_of_the_brief_add_up(subject: Subject) -> Iterator[Slip]:
    """A brief need not tell points; if it does, they are the checks'."""
    total = sum(check.points for check in subject.checks)
    told = re.search(r"\b(\d+(?:\.\d+)?) points\b", subject.brief)
    if told and float(told[1]) != total:
        yield Slip(
            subject.folder / "README.md", f"speaks of {told[0]}, and the checks add up to {total:g}. Mend one of them."
        )


def stub_is_handed_out(subject: Subject) -> Iterator[Slip]:
    """The learner's file and the copy that `grader reset` brings back are the same."""
    file, stub = subject.challenge.file, subject.challenge.stub
    handed = subject.text(file, f"Hand the stub out: copy {stub.name} to {file.name}.")
    if handed != subject.text(stub, f"Keep a copy of {file.name} there, for `grader reset`."):
        yield Slip(file, f"is not the stub. Copy it to {stub.name}, or {stub.name} to it, whichever is the right one.")


def stub_asks_for_one_function(subject: Subject) -> Iterator[Slip]:
    """It compiles, states the task in full, and raises NotImplementedError."""
    card, stub = subject.challenge.card, subject.challenge.stub
    function = function_in(subject.stub, card.function)
    if function is None:
        yield Slip(stub, f"has no function `{card.function}`. Define it, or name another in challenge.toml.")
        return
    if not ast.get_docstring(function):
        yield Slip(
            stub, f"says nothing in `{card.function}`. State the task in full in its docstring.", function.lineno
        )
    if not _raises_not_implemented(function.body[-1]):
        yield Slip(
            stub,
            f"does not end `{card.function}` with `raise NotImplementedError`. Let it, so that an untouched stub can "
            "be told from an attempt.",
            function.lineno,
        )


def _raises_not_implemented(last: ast.stmt) -> bool:
    return isinstance(last, ast.Raise) and last.exc is not None and "NotImplementedError" in ast.unparse(last.exc)


def stub_and_solution_agree(subject: Subject) -> Iterator[Slip]:
    """The same function, with the same arguments; the classes that are given, word for word."""
    name, solution = subject.challenge.card.function, subject.challenge.solution
    wanted, found = function_in(subject.stub, name), function_in(subject.solution, name)
    if found is None:
        yield Slip(solution, f"has no function `{name}`. Define it as the stub does.")
    elif wanted is not None and _head(wanted) != _head(found):
        yield Slip(solution, f"defines `{_head(found)}`, and the stub `{_head(wanted)}`. Let them agree.", found.lineno)
    theirs = {node.name: bare(node) for node in subject.solution.body if isinstance(node, ast.ClassDef)}
    for given in (node for node in subject.stub.body if isinstance(node, ast.ClassDef)):
        if theirs.get(given.name) != bare(given):
            how = "changes" if given.name in theirs else "lacks"
            yield Slip(solution, f"{how} the given class `{given.name}`. Take it over from the stub as it is.")


def _head(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """An `async def` is as good as a `def`."""
    result = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return f"{function.name}({ast.unparse(function.args)}){result}"


def given_class_stands_in_the_stub(subject: Subject) -> Iterator[Slip]:
    """What challenge.toml calls given is there to be taken."""
    given = subject.challenge.card.given
    if given and not any(isinstance(node, ast.ClassDef) and node.name == given for node in subject.stub.body):
        yield Slip(subject.challenge.stub, f"has no class `{given}`, which challenge.toml calls given. Put it there.")


def solution_is_a_learners_code(subject: Subject) -> Iterator[Slip]:
    """What the kit knows is not at hand in the process that runs it."""
    for node in ast.walk(subject.solution):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        if any(name.partition(".")[0] == "grader" for name in names):
            yield Slip(subject.challenge.solution, "imports the grader. Use only what a learner has.", node.lineno)


RULES: tuple[Rule, ...] = (
    folder_is_well_named,
    card_fits_the_folder,
    brief_names_what_to_fill_in,
    brief_begins_with_its_title,
    brief_says_how_to_run_it,
    points_of_the_brief_add_up,
    stub_is_handed_out,
    stub_asks_for_one_function,
    given_class_stands_in_the_stub,
    stub_and_solution_agree,
    solution_is_a_learners_code,
)
