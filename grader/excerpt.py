"""Windows around the first difference of two values, with a caret: never a bare prefix."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from grader.untrusted import escaped

WIDTH = 60  # fits beside its label into 80 columns, so that the caret stands where it should
_BYTES = {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}
BEFORE = 24  # characters shown before the difference


def shown(value: Any) -> str:
    """A value in one line of printable ASCII-safe text: strings bare but escaped, everything else as JSON."""
    if isinstance(value, str):
        return escaped(value)
    if value is None:
        return "None"
    return escaped(json.dumps(_plain(value), ensure_ascii=False))


def _plain(value: Any) -> Any:
    """Takes the marks of the process's protocol off again."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("$")
    if kind == "tuple":
        return [_plain(item) for item in value["items"]]
    if kind == "model":
        return {"(" + str(value.get("name")) + ")": _plain(value["fields"])}
    if kind == "cut":
        return "<longer or deeper than the grader takes>"
    if kind:
        return "<" + str(value.get("type", value.get("text", kind))) + ">"
    return {key: _plain(item) for key, item in value.items()}


def windows(expected: Any, actual: Any) -> tuple[str, str, int | None]:
    """Both values, cut to one window around their first difference, and the caret's column (None: no difference)."""
    a, b = shown(expected), shown(actual)
    if a == b:
        return cut(a), cut(b), None
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    start = max(0, same - BEFORE) if same > BEFORE + 8 else 0
    caret = same - start + (1 if start else 0)
    return _window(a, start), _window(b, start), caret


def _window(text: str, start: int) -> str:
    piece = text[start : start + WIDTH]
    return ("…" if start else "") + piece + ("…" if start + WIDTH < len(text) else "")


def cut(text: str, width: int = WIDTH * 2) -> str:
    """A long text without a difference to point at: its beginning and its end."""
    return text if len(text) <= width else text[: width - 30] + " … " + text[-27:]


def reads_window(reads: Sequence[bytes], offset: int | None = None) -> str:
    """Reads in one line, escaped, with `|` where one ends. With an `offset`, a caret below: under the cut there, or
    under the byte before it. A long line is cut to a window around the caret."""
    text, at, byte, cut_at = "", 0, None, None
    for number, read in enumerate(reads):
        if number and at == offset and cut_at is None:
            cut_at = len(text)
        text += "|" if number else ""
        for piece in _pieces(read):
            at += len(piece)
            if offset is not None and at >= offset and byte is None:
                byte = len(text)
            text += _shown_bytes(piece)
    caret = byte if cut_at is None else cut_at
    if caret is None:
        return _window(text, 0)
    start = max(0, caret - WIDTH // 2) if len(text) > WIDTH else 0
    return f"{_window(text, start)}\n{' ' * (caret - start + (1 if start else 0))}^"


def _pieces(read: bytes) -> list[bytes]:
    """Characters, and bytes that are none."""
    return re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|.", read, re.DOTALL)


def _shown_bytes(piece: bytes) -> str:
    """A character that can be seen as it is, anything else as Python writes its bytes."""
    text = piece.decode("utf-8", "replace")
    if escaped(text) == text and "\ufffd" not in text and text != "|":
        return text
    return "".join(_BYTES.get(byte, f"\\x{byte:02x}") for byte in piece)
