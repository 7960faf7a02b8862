"""The picture of the wire, compact: what the server sent above, what the program showed below, where they part.

Made from a report alone (a run's timeline), so that every reader of a report can draw it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from grader.excerpt import escaped
from grader.report import Parting

WIDEST = 16  # cells of one column
BETWEEN = " │ "


@dataclass
class Column:
    """One write of the server, and what appeared on the screen until the next. `events` are complete with it."""

    sent: str
    shown: str = ""
    events: int = 0


def columns(timeline: dict[str, Any]) -> list[Column]:
    found: list[Column] = []
    for entry in timeline["events"]:
        kind = entry["kind"]
        if kind == "request" or (not found and kind in ("stdout", "write")):
            found.append(Column("request" if kind == "request" else "start"))
        if kind == "write":
            found.append(
                Column(" ".join(entry.get("labels", ())) or _unfinished(entry["text"]), events=entry["events"])
            )
        elif kind == "stdout":
            found[-1].shown += entry["text"]
        elif kind in ("reset", "close"):
            found.append(Column(f"⚡ {kind}", events=found[-1].events))
    for column in found:
        column.shown = _piece_shown(column)
    return found


def _piece_shown(column: Column) -> str:
    """The piece of text that was shown, where it stands in a longer output: `… ship …`."""
    pieces = re.findall(r'"(?:[^"\\]|\\.)*"', column.sent)
    pieces = [escaped(json.loads(piece)).strip() for piece in pieces if json.loads(piece).strip()]
    if len(pieces) != 1 or pieces[0] not in column.shown or len(column.shown) <= WIDEST:
        return column.shown
    return f"… {pieces[0]} …"


def draw(timeline: dict[str, Any], parting: Parting | None, *, width: int) -> list[Text]:
    """Three or four lines of at most `width` cells; a gap (…) stands for columns that are left out."""
    found = columns(timeline)
    mark = next((i for i, c in enumerate(found) if parting is not None and c.events > parting.event), None)
    room = width - len("server  ") - 2
    chosen = _fit(found, mark, room)
    top, bottom = Text("server  ", style="bold"), Text("yours   ", style="bold")
    caret = None
    before = -1
    for index in chosen:
        if before >= 0:
            gap = BETWEEN if index == before + 1 else " … "
            top.append(gap, style="dim")
            bottom.append(gap, style="dim")
        if index == mark:
            caret = top.cell_len
        size = _size(found[index])
        style = "bold red" if index == mark else "cyan"
        top.append(_sized(found[index].sent, size), style=style)
        bottom.append(_sized(found[index].shown or "·", size), style="green" if found[index].shown else "dim")
        before = index
    lines = [top, bottom]
    if caret is not None and parting is not None:
        note = parting.note
        start = max(0, min(caret, width - cell_len(note) - 3))
        lines.append(Text(" " * caret + "▲", style="bold red"))
        lines.append(Text(" " * start + note, style="red"))
    return lines


def _unfinished(text: str) -> str:
    """A write that completes no event."""
    return "comment" if text.startswith(":") else "(a part)"


def _fit(found: list[Column], mark: int | None, room: int) -> list[int]:
    """The columns around the mark (or from the start), and the last ones, as many as there is room for."""
    centre = mark if mark is not None else 0
    order = sorted(range(len(found)), key=lambda i: (abs(i - centre) - (2 if i < centre else 0), i))
    last = [i for i in (len(found) - 1, len(found) - 2) if i >= 0]
    chosen: list[int] = []
    for index in dict.fromkeys([centre, *last, *order]):
        attempt = sorted([*chosen, index])
        if sum(_size(found[i]) for i in attempt) + len(BETWEEN) * (len(attempt) - 1) <= room:
            chosen = attempt
    return chosen


def _size(column: Column) -> int:
    return max(2, min(WIDEST, max(cell_len(column.sent), cell_len(column.shown))))


def _sized(text: str, size: int) -> str:
    return text + " " * (size - cell_len(text)) if cell_len(text) <= size else set_cell_size(text, size - 1) + "…"
