"""A challenge's folder: what it asks (README.md, the stub), how it is checked (challenge.toml, checks.py)."""

from __future__ import annotations

import ast
import importlib.util
import os
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError, field_validator

from grader.errors import UsageError
from grader.jail.launch import LIBRARIES
from grader.scenario import Submission
from grader.stream import fixture
from grader.stream.fixture import Fixture, Strict, first_problem

if TYPE_CHECKING:
    from grader.checking import Check

MAX_SOURCE = 1024 * 1024  # bytes of a learner's file
PRIVATE = "private"  # in a challenge's folder: what learners do not get


class Live(Strict):
    """One call for `grader live`: what is sent to a real endpoint."""

    call: str = Field(min_length=1)  # an expression in the solution's own names
    may_raise: tuple[str, ...] = ()  # classes that are right, too, where a model does not say what it was asked for

    @field_validator("call")
    @classmethod
    def _is_an_expression(cls, call: str) -> str:
        try:
            ast.parse(call, mode="eval")
        except SyntaxError as error:
            raise ValueError(f"expected a Python expression such as `ask('hi')`: {error.msg}") from None
        return call


class Card(Strict):
    """challenge.toml."""

    title: str = Field(min_length=1)
    file: str = Field(pattern=r"^[a-z_][a-z0-9_]*\.py$")
    function: str = Field(pattern=r"^[a-z_][a-z0-9_]*$")
    given: str = ""  # the class that stands in the learner's own file
    libraries: tuple[str, ...] = ()  # what the warm parent makes a real call with; pydantic: validations are noted
    play: str = ""  # the fixture that `grader play` shows; empty: the file itself shows something without a server
    live: Live | None = None  # none: `grader live` leaves the challenge out


@dataclass(frozen=True)
class Kit:
    """The folder that holds `challenges/`, `fixtures/` and, in an author's copy, `solutions/`."""

    root: Path

    @property
    def challenges(self) -> Path:
        return self.root / "challenges"

    @property
    def state(self) -> Path:
        return self.root / ".grader"


@dataclass(frozen=True)
class Challenge:
    id: str
    folder: Path
    kit: Kit
    card: Card

    @property
    def number(self) -> str:
        return self.id[:2]

    @property
    def file(self) -> Path:
        """The learner's file."""
        return self.folder / self.card.file

    @property
    def stub(self) -> Path:
        """The learner's file as it was handed out."""
        return self.folder / ".stub.py"

    @cached_property
    def signature(self) -> str:
        """The function's head, as the stub has it."""
        tree = ast.parse(self.stub.read_text("utf-8")) if self.stub.exists() else ast.Module([], [])
        heads = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == self.card.function]
        return f"{heads[0].name}({ast.unparse(heads[0].args)})" if heads else self.card.function

    @property
    def solution(self) -> Path:
        return self.kit.root / "solutions" / f"{self.id}.py"

    def reference(self) -> Submission:
        """The reference solution. Raises UsageError where this kit comes without."""
        if not self.solution.is_file():
            raise UsageError(
                f"{self.id}: this kit comes without its reference solution ({self.solution}). "
                "A kit that was handed out to learners has none; ask whoever handed it out."
            )
        return self.submission(self.solution)

    def fixture(self, name: str) -> Fixture:
        """`private/NAME` is one that learners do not get. Raises UsageError where it is missing or broken."""
        if name not in self._fixtures:
            home = self.folder if name.startswith(f"{PRIVATE}/") else self.kit.root / "fixtures" / self.id
            self._fixtures[name] = fixture.load(home / f"{name}.sse")
        return self._fixtures[name]

    @cached_property
    def _fixtures(self) -> dict[str, Fixture]:
        return {}

    def checks_module(self) -> ModuleType:
        """checks.py, loaded anew. Raises UsageError."""
        return _loaded(self.folder / "checks.py", f"grader_checks_{self.number}")

    def checks(self) -> list[Check]:
        """The checks, in the order in which they stand in checks.py; then those of private/checks.py, if any."""
        public = self.checks_module()
        return [*checks_in(public, self.folder), *self.private_checks(public)]

    def private_checks(self, public: ModuleType) -> list[Check]:
        """What private/checks.py adds. It finds checks.py, as it was loaded for these, under the name `public`."""
        path = self.folder / PRIVATE / "checks.py"
        if not path.exists():
            return []
        module = _loaded(path, f"grader_private_checks_{self.number}", public=public)
        known = checks_in(public, self.folder)
        return [check for check in checks_in(module, path.parent) if check not in known]

    def submission(self, path: Path | None = None) -> Submission:
        """The learner's file, or the one at `path` under the learner's file's name. Raises UsageError."""
        source = path or self.file
        way_out = "Check the path." if path else f"`make reset C={int(self.number)}` brings the stub back."
        try:
            content = source.read_bytes()
        except FileNotFoundError:
            raise UsageError(f"{source}: no such file. {way_out}") from None
        except IsADirectoryError:
            raise UsageError(f"{source}: is a folder, expected a Python file such as {self.card.file}.") from None
        except OSError as error:
            raise UsageError(f"{source}: cannot be read ({error.strerror}). Check its permissions.") from None
        if b"\0" in content:
            raise UsageError(f"{source}: is a binary file, expected Python source (UTF-8 text). {way_out}")
        if len(content) > MAX_SOURCE:
            raise UsageError(f"{source}: is larger than {MAX_SOURCE // 1024} KiB, too large for your code. {way_out}")
        return Submission(self.card.file, content, source)


def _loaded(path: Path, name: str, **names: object) -> ModuleType:
    """A file of checks as a module, in which `names` stand already. Raises UsageError."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    vars(module).update(names)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UsageError(f"{path}: cannot be loaded: {type(error).__name__}: {error}") from error
    return module


def checks_in(module: ModuleType, folder: Path) -> list[Check]:
    """What a loaded checks.py holds, in its order. Raises UsageError where that is nothing."""
    from grader.checking import Check  # here, since it brings the whole engine

    found = [value for value in vars(module).values() if isinstance(value, Check)]
    if not found:
        raise UsageError(f"{folder / 'checks.py'}: holds no check. Decorate a function with `@check(points=…)`.")
    return found


def find_kit(start: Path | None = None) -> Kit:
    """The kit around the current folder (or GRADER_KIT, or the one this package lies in). Raises UsageError."""
    named = os.environ.get("GRADER_KIT")
    here = start or Path.cwd()
    candidates = [Path(named)] if named else [here, *here.parents, Path(__file__).resolve().parents[1]]
    for folder in candidates:
        if any(folder.glob("challenges/*/challenge.toml")):
            return Kit(folder)
    where = f"GRADER_KIT={named}" if named else str(here)
    raise UsageError(f"{where}: no kit here: expected a folder `challenges/` in it or above. Go to the kit's folder.")


def load_all(kit: Kit) -> list[Challenge]:
    """All challenges of a kit, in order. Raises UsageError naming the file and key that is wrong."""
    return [load(path.parent, kit) for path in sorted(kit.challenges.glob("*/challenge.toml"))]


def load(folder: Path, kit: Kit) -> Challenge:
    """The challenge of one folder. Raises UsageError naming the file and key that is wrong."""
    path = folder / "challenge.toml"
    try:
        card = Card.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise UsageError(f"{path}: {first_problem(error)}") from None
    unknown = [name for name in card.libraries if name not in LIBRARIES]
    if unknown:
        raise UsageError(f"{path}: key `libraries`: unknown {unknown[0]!r}, expected some of {', '.join(LIBRARIES)}")
    return Challenge(folder.name, folder, kit, card)


def library_sets(challenges: list[Challenge]) -> list[list[str]]:
    """What warm parents have to know for these challenges: one with the SDK, which takes long, one without."""
    heavy = {n for c in challenges if "openai" in c.card.libraries for n in c.card.libraries}
    light = {n for c in challenges if "openai" not in c.card.libraries for n in c.card.libraries}
    sets = [[name for name in LIBRARIES if name in names] for names in (light, heavy) if names]
    return sets or [[]]


def select(challenges: list[Challenge], wanted: list[str]) -> list[Challenge]:
    """Those named by number (`1`, `01`), id, or a part of it (`inspect`); all where none is named."""
    ids = select_ids([challenge.id for challenge in challenges], wanted)
    return [challenge for challenge in challenges if challenge.id in ids]


def select_ids(ids: list[str], wanted: list[str]) -> list[str]:
    """As `select`, of ids. Raises UsageError saying what there is."""
    if not wanted:
        return ids
    chosen = {_one(ids, name) for several in wanted for name in several.split(",") if name}
    return [id for id in ids if id in chosen]


def _one(ids: list[str], name: str) -> str:
    key = name.strip().strip("/").removeprefix("challenges/").lower()
    exact = [id for id in ids if key == id or (key.isdigit() and id[:2].isdigit() and int(key) == int(id[:2]))]
    fits = exact or [id for id in ids if key and not key.isdigit() and key in id]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise UsageError(f"challenge {name!r} could be {' or '.join(fits)}: use its number.")
    known = ", ".join(ids)
    raise UsageError(f"no challenge {name!r}. There are: {known}. A number, a name or a part of a name will do.")
