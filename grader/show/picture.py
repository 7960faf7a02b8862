"""The picture of the wire, compact: what the server sent above, what the program showed below, where they part.

Made from a report alone (a run's timeline), so that every reader of a report can draw it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from grader.report import Parting
from grader.show.beats import END, Box, beats, gist
from grader.untrusted import escaped

WIDEST = 16  # cells of one column
BETWEEN = " │ "


@dataclass
class Column:
    """One write of the server, and what appeared on the screen until the next. `marked`: here the two stories part."""

    sent: str
    shown: str = ""
    marked: bool = False


def columns(timeline: dict[str, Any], parting: Parting | None = None) -> list[Column]:
    found: list[Column] = []
    fed = is_fed(timeline)
    for beat in beats(timeline["events"], parting):
        raised = [f"✗ {box.lines[-1].text}" for box in beat.program if box.lines[0].text == "✗ raises"] if fed else []
        shown = gist(beat.shown + " ".join([*beat.came, *raised[:1]]), beat.pieces, WIDEST)
        sent = f"{beat.folded} more, unread" if beat.folded else _sent(beat.server) if beat.server else ""
        if sent or (shown and not found):
            found.append(Column(escaped(sent) or "start", shown, beat.marked))
        elif found:
            found[-1].shown += shown
    return found


def is_fed(timeline: dict[str, Any]) -> bool:
    """Were reads handed to the program, in place of a reply over the network?"""
    return any(entry["kind"] == "read" for entry in timeline["events"])


def _sent(box: Box) -> str:
    """A write by its events, or by the bytes at which it was cut; empty for what a compact picture does without."""
    if box.asks:
        return f"request {box.lines[-1].text}" if box.kind == "bad" else "request"
    labels = [line.text for line in box.lines if line.style == "label"]
    if labels:
        return " ".join(labels)
    if box.torn_right:
        return f"…{box.lines[-1].text[-WIDEST + 3 :]}✂"
    if box.kind == "write":
        return "comment" if box.lines[0].text.startswith(":") else box.lines[0].text
    return "" if box == END else " ".join(line.text for line in box.lines)


def draw(timeline: dict[str, Any], parting: Parting | None, *, width: int) -> list[Text]:
    """Three or four lines of at most `width` cells; a gap (…) stands for columns that are left out."""
    found = columns(timeline, parting)
    mark = next((i for i, column in enumerate(found) if column.marked), None)
    room = width - len("server  ") - len(BETWEEN)
    chosen = _fit(found, mark, room)
    top = Text("reads   " if is_fed(timeline) else "server  ", style="bold")
    bottom = Text("yours   ", style="bold")
    caret = None
    before = -1
    for index in chosen:
        if index:
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
