"""Findings made by hand, for what looks at little of a run; and challenges' folders with words and tables of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader.diagnosis.evidence import Case
from grader.outcome import Outcome
from grader.running import Record
from grader.scenario import Call, Scenario
from grader.timeline import Timeline


def case(
    symptom: str = "value",
    field: str = "",
    *,
    kind: Any = "returned",
    value: Any = None,
    error: dict[str, Any] | None = None,
    expected: Any = None,
    actual: Any = None,
    trait: str = "",
    scenario: str = "plain",
) -> Case:
    """A finding of a run in which nothing was sent."""
    record = Record(
        scenario=Scenario(scenario, "a title", "plain", trait=trait),
        seed=1,
        call=Call("f", ("a prompt",)),
        settings={},
        prefix="/v1",
        salted=None,  # type: ignore[arg-type]
        played=[],
        timeline=Timeline(),
        outcome=Outcome(kind, value=value, error=error or {}),
        stdout=b"",
        stderr=b"",
        source=b"",
        shown=0,
        fed=[],
    )
    return Case(symptom, expected, actual, record, field)


def raised(name: str, message: str = "", *bases: str) -> dict[str, Any]:
    """An exception as the child describes it."""
    return {"type": name, "mro": [f"builtins.{cls}" for cls in (name, *bases, "Exception")], "message": message}


def words(id: str) -> str:
    """Complete words for an id."""
    return f'[{id}]\nfamily = "latency"\nsays = "So."\nhints = ["A.", "B.", "C."]\nlesson = "The two modes"\n'


def row(table: str, id: str, *when: str, first: bool = False) -> str:
    names = ", ".join(f"'''{name}'''" for name in when)
    rest = "first = true\n" if first else ""
    return f'[[tables.{table}]]\nid = "{id}"\nwhen = [{names}]\nbecause = "by its own row"\n{rest}'


def challenge(root: Path, *parts: str, name: str = "05-own") -> Path:
    """A challenge's folder with a misconceptions.toml of these parts."""
    folder = root / "challenges" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "misconceptions.toml").write_text("\n".join(parts), "utf-8")
    return folder
