"""Exceptions as plain data, made inside the learner's process.

A class of the learner's may lie about its name, raise in `__str__`, or give anything for an attribute. Whatever cannot
be had is left out; an exception is an outcome, however it behaves.
"""

from __future__ import annotations

import contextlib
import inspect
import linecache
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from grader.jail.plain import Plainer, class_name

T = TypeVar("T")
Word = dict[str, Any]
MOST_CLASSES = 60


def describe(error: BaseException, file: str, given: type | None = None) -> Word:
    """Its classes, its text, the learner's lines that it passed, what it was about.

    One of the `given` class comes with what its constructor was to keep: the attributes named as its parameters.
    """
    if isinstance(error, SyntaxError) and _had(lambda: error.filename == file, False) is True:
        return _syntax(error)
    classes = _classes(error)
    kind = "exited" if SystemExit in classes else "raised"
    word: Word = {"kind": kind, "type": class_name(type(error)), "mro": [_full_name(cls) for cls in classes]}
    try:
        return word | _particulars(error, file, given, classes)
    except BaseException:  # no memory is left, above all: its frames hold it
        with contextlib.suppress(BaseException):
            traceback.clear_frames(error.__traceback__)
        return word


def _particulars(error: BaseException, file: str, given: type | None, classes: tuple[type, ...]) -> Word:
    before = error.__cause__ or error.__context__
    none: list[str] = []
    return {
        "message": _text(error)[:1000],
        "frames": _frames(error, file),
        "held": _held(error, given) if given is not None and given in classes else None,
        "about": _had(lambda: _about(error, classes), None),
        "via": _had(lambda: _via(error), none),
        "cause": class_name(type(before)) if before else "",
        "cause_message": _text(before)[:300],
    }


def _syntax(error: SyntaxError) -> Word:
    return {
        "kind": "syntax",
        "message": _plain_text(error.msg)[:300],
        "line": _place(error.lineno),
        "column": _place(error.offset),
        "text": _plain_text(error.text)[:300],
    }


def _had(get: Callable[[], T], otherwise: T) -> T:
    try:
        return get()
    except Exception:
        return otherwise


def _classes(error: BaseException) -> tuple[type, ...]:
    found: tuple[type, ...] = type.__dict__["__mro__"].__get__(type(error))
    return found[:MOST_CLASSES]


def _full_name(cls: type) -> str:
    module = _had(lambda: type.__dict__["__module__"].__get__(cls), "")
    return f"{_plain_text(module)[:200]}.{type.__dict__['__qualname__'].__get__(cls)[:200]}"


def _text(error: BaseException | None) -> str:
    try:
        return _plain_text(str(error)) if error is not None else ""
    except BaseException as other:
        return f"(its text could not be had: {class_name(type(other))})"


def _plain_text(text: object) -> str:
    """A str, of a class derived from it the real text; lone surrogates as escapes. Anything else is none."""
    real = str.__str__(text) if issubclass(type(text), str) else ""
    return real if real.isascii() else real.encode("utf-8", "backslashreplace").decode()


def _place(number: object) -> int | None:
    """A line or a column. Who raises a SyntaxError of their own may say anything."""
    return number if type(number) is int and 0 <= number < 1_000_000 else None


def _held(error: BaseException, given: type) -> Word:
    held: Word = {}
    with contextlib.suppress(Exception):
        for name in list(inspect.signature(given).parameters)[:8]:
            with contextlib.suppress(Exception):
                held[name] = Plainer().convert(getattr(error, name))
    return held


def _frames(error: BaseException, file: str) -> list[Word]:
    """The learner's own frames, outermost first; the innermost one comes with its plain local values."""
    found: list[Word] = []
    tb = error.__traceback__
    last = None
    while tb is not None:
        frame = tb.tb_frame
        if frame.f_code.co_filename == file:
            line = linecache.getline(file, tb.tb_lineno).strip()
            found.append({"line": tb.tb_lineno or 0, "function": frame.f_code.co_name[:200], "source": line[:200]})
            last = frame
        tb = tb.tb_next
    if last is not None:
        found[-1]["locals"] = _locals(last)
    return found[-8:]


def _locals(frame: types.FrameType) -> dict[str, str]:
    shown: dict[str, str] = {}
    for name, value in list(frame.f_locals.items())[:40]:
        if type(value) in (str, bytes, float, bool, type(None)) or (type(value) is int and value.bit_length() < 512):
            shown[str(name)[:200]] = repr(value[:300] if isinstance(value, str | bytes) else value)
    return shown


def _about(error: BaseException, classes: tuple[type, ...]) -> str | None:
    """What a JSONDecodeError was given to read."""
    if any(class_name(cls) == "JSONDecodeError" for cls in classes):
        doc = getattr(error, "doc", None)
        if isinstance(doc, bytes | bytearray):
            doc = bytes(doc).decode("utf-8", "replace")
        return _plain_text(doc)[:4000] if isinstance(doc, str) else None
    if isinstance(error, UnicodeDecodeError):
        return f"{error.encoding}: {bytes(error.object[max(0, error.start - 20) : error.end + 20])!r}"[:400]
    return None


def _via(error: BaseException) -> list[str]:
    """The library functions below the learner's last line, as `module:function`."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).stem}:{frame.name}"[:200] for frame in frames[-12:]]
