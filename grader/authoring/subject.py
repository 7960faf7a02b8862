"""A challenge as its author has it: all its files, each read when a rule asks for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from grader.challenge import Challenge, Kit, checks_in, load, select_ids
from grader.errors import UsageError
from grader.scenario import Scenario

if TYPE_CHECKING:
    from grader.checking import Check

ID = re.compile(r"^\d\d-[a-z0-9]+(-[a-z0-9]+)*$")


def submissions_of(kit: Kit, id: str) -> Path:
    """The folder of a challenge's learners' code: `right/` and `wrong/`."""
    return kit.root / "tests" / "submissions" / id


@dataclass(frozen=True)
class Subject:
    """Whatever cannot be read raises UsageError: a sentence that names the file and what to do."""

    kit: Kit
    id: str

    @property
    def folder(self) -> Path:
        return self.kit.challenges / self.id

    @property
    def fixtures(self) -> Path:
        return self.kit.root / "fixtures" / self.id

    @property
    def submissions(self) -> Path:
        return submissions_of(self.kit, self.id)

    @property
    def checks_file(self) -> Path:
        return self.folder / "checks.py"

    @property
    def equivalents_file(self) -> Path:
        return self.folder / "equivalent.toml"

    @cached_property
    def challenge(self) -> Challenge:
        if not (self.folder / "challenge.toml").exists():
            raise UsageError(
                f"{self.folder / 'challenge.toml'} is missing. Write it, or begin with `grader new {self.id}`."
            )
        return load(self.folder, self.kit)

    @cached_property
    def module(self) -> ModuleType:
        """checks.py, loaded."""
        if not self.checks_file.exists():
            raise UsageError(f"{self.checks_file} is missing. Write one check at least: what must hold.")
        self.tree(self.checks_file, "")  # says where it does not compile
        return self.challenge.checks_module()

    @cached_property
    def checks(self) -> list[Check]:
        return [*checks_in(self.module, self.folder), *self.challenge.private_checks(self.module)]

    @cached_property
    def scenarios(self) -> list[Scenario]:
        """Those that checks.py holds by a name, alone or in a list, tuple or dict."""
        found: dict[int, Scenario] = {}
        for value in vars(self.module).values():
            for one in _inside(value):
                found[id(one)] = one
        return list(found.values())

    @cached_property
    def brief(self) -> str:
        return self.text(
            self.folder / "README.md", "Write the brief: what to do, with which function, and how to run it."
        )

    @cached_property
    def stub(self) -> ast.Module:
        return self.tree(self.challenge.stub, "Put the learner's file there, as it is to be handed out.")

    @cached_property
    def solution(self) -> ast.Module:
        return self.tree(self.challenge.solution, "Write a reference solution, as short and clear as you can.")

    @cached_property
    def right(self) -> list[Path]:
        return sorted((self.submissions / "right").glob("*.py"))

    @cached_property
    def wrong(self) -> list[Path]:
        return sorted((self.submissions / "wrong").glob("*.py"))

    def text(self, path: Path, todo: str) -> str:
        try:
            return path.read_text("utf-8")
        except FileNotFoundError:
            raise UsageError(f"{path} is missing. {todo}") from None
        except UnicodeDecodeError as error:
            raise UsageError(f"{path} is no UTF-8 text ({error.reason}). Save it as UTF-8.") from None
        except OSError as error:
            raise UsageError(f"{path} cannot be read ({error.strerror}). Check its permissions.") from None

    def tree(self, path: Path, todo: str) -> ast.Module:
        try:
            return ast.parse(self.text(path, todo))
        except (SyntaxError, ValueError) as error:
            where = f", line {error.lineno}," if isinstance(error, SyntaxError) else ""
            raise UsageError(f"{path}{where} does not compile ({error.args[0]}). Mend its syntax.") from None


def _inside(value: object) -> Iterator[Scenario]:
    if isinstance(value, Scenario):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _inside(item)
    elif isinstance(value, dict):
        yield from _inside(list(value.values()))


def subjects(kit: Kit, wanted: list[str]) -> list[Subject]:
    """The folders in `challenges/` that are named (see `grader.challenge.select`), broken ones among them."""
    ids = sorted(path.name for path in kit.challenges.iterdir() if path.is_dir() and path.name[:1].isdigit())
    return [Subject(kit, id) for id in select_ids(ids, wanted)]


def function_in(tree: ast.Module, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return next((node for node in functions if node.name == name), None)
