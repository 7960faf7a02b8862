"""The challenge that tests begin, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.challenge import Kit

ROOT = Path(__file__).parents[2]
ID = "10-my-challenge"
FOLDER, FIXTURES, SUBMISSIONS = f"challenges/{ID}", f"fixtures/{ID}", f"tests/submissions/{ID}"
SOLUTION, CHECKS, STUB = f"solutions/{ID}.py", f"{FOLDER}/checks.py", f"{FOLDER}/.stub.py"

Spoil = Callable[[Kit], None]


def replace(path: str, old: str, new: str, *, twin: str = "") -> Spoil:
    """In one file, or in it and its twin."""

    def spoil(kit: Kit) -> None:
        for name in filter(None, (path, twin)):
            text = (kit.root / name).read_text("utf-8")
            assert old in text, f"{old!r} is not in {name}"
            (kit.root / name).write_text(text.replace(old, new, 1), "utf-8")

    return spoil


def in_stub(old: str, new: str) -> Spoil:
    """In the stub and in the learner's file, which is its copy."""
    return replace(STUB, old, new, twin=f"{FOLDER}/my_challenge.py")


def append(path: str, text: str) -> Spoil:
    def spoil(kit: Kit) -> None:
        whole = kit.root / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        before = whole.read_text("utf-8") if whole.exists() else ""
        whole.write_text(before + text, "utf-8")

    return spoil


def remove(path: str) -> Spoil:
    return lambda kit: (kit.root / path).unlink()


def move(path: str, to: str) -> Spoil:
    def spoil(kit: Kit) -> None:
        target = kit.root / to
        target.parent.mkdir(parents=True, exist_ok=True)
        (kit.root / path).rename(target)

    return spoil


def both(*spoils: Spoil) -> Spoil:
    def spoil(kit: Kit) -> None:
        for one in spoils:
            one(kit)

    return spoil


WORDS = """
[own-id]
family = "general"
says = "So it is."
hints = ["First.", "Second.", "Third."]
lesson = "The two modes"
"""
