"""The picture of a run, drawn: beats become strips of SVG, which stand in a row, or below each other on paper.

All geometry is worked out here, in CSS pixels; the templates only write it down. Letters are taken to be 0.6 em wide,
as in nearly every monospaced font, and East Asian ones and emoji two letters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rich.cells import cell_len, chop_cells

from grader.show.beats import Beat, Box, Line, gist

LETTER = 6.6  # of an 11 px font
LINE = 15.0
PAD = 8.0
GAP, TORN_GAP = 14.0, 8.0  # between two columns; between two halves of an event
NOTE_LINE = 15.0
NARROW, WIDE = 46.0, 170.0
STRIP = 660.0  # fits into the width of an A4 or a letter page
MOST_LINES = 7  # of one box
NOTE_LETTER = 7.4  # of a bold 12 px proportional font, on average and a little more
TOOTH = 3.5
ARROW = 40.0  # height of the lane between server and screen
LANE_NAME = 16.0


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    text: str
    style: str


@dataclass(frozen=True)
class Shape:
    """A box: the path of its outline, and its lines."""

    path: str
    kind: str
    texts: tuple[Text, ...]


@dataclass
class Column:
    x: float
    width: float
    at: str
    server: Shape | None = None
    shown: Shape | None = None
    program: list[Shape] = field(default_factory=list)
    waited: str = ""
    asks: bool = False  # an arrow that points up, from the program to the server
    arrow: bool = False  # one that points down: something was shown
    marked: bool = False
    middle: float = 0


@dataclass(frozen=True)
class Lanes:
    """The upper edges of the lanes and their heights, the same in all strips of a run."""

    server: float
    server_height: float
    screen: float
    screen_height: float
    program: float
    program_height: float
    note: float
    height: float


@dataclass
class Strip:
    width: float
    columns: list[Column]
    note: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class Drawing:
    lanes: Lanes
    strips: list[Strip]


def draw(found: list[Beat], note: str = "") -> Drawing:
    """`note` stands under the beat that is marked."""
    laid = [_lay(beat) for beat in found]
    lanes = _lanes(laid)
    strips: list[Strip] = []
    x = math.inf
    for beat, inside in zip(found, laid, strict=True):
        if x + inside.width + GAP / 2 > STRIP:
            strips.append(Strip(0, []))
            x = GAP / 2
        strips[-1].columns.append(_column(beat, inside, lanes, x))
        torn = beat.server is not None and beat.server.torn_right
        x += inside.width + (TORN_GAP if torn else GAP)
        strips[-1].width = math.ceil(x - (TORN_GAP if torn else GAP) / 2)
    for strip in strips:
        _place_note(strip, lanes, note)
    lines = max((len(strip.note) for strip in strips), default=0)
    return Drawing(replace(lanes, height=lanes.note + (NOTE_LINE * lines + 8 if lines else -12)), strips)


# -- what goes into a column ------------------------------------------------------------------------------------------


@dataclass
class _Inside:
    """The lines of a column's boxes, cut and wrapped."""

    server: list[Line]
    shown: list[Line]
    program: list[list[Line]]
    width: float


def _lay(beat: Beat) -> _Inside:
    server = _wrapped(beat.server.lines) if beat.server else []
    printed = [gist(beat.shown, beat.pieces)] if beat.shown else []
    shown = _wrapped(Line(text, "label") for text in [*printed, *beat.came])
    program = [_wrapped(box.lines) for box in beat.program]
    lines = [*server, *shown, *(line for box in program for line in box)]
    letters = max((cell_len(line.text) for line in lines), default=0)
    least = 96.0 if beat.waited == "missed" else 62.0 if beat.waited else NARROW
    return _Inside(server, shown, program, max(least, letters * LETTER + 2 * PAD))


def _wrapped(lines: Iterable[Line]) -> list[Line]:
    """Lines that fit into the widest column. What does not fit in height gives way to a count, or an ellipsis."""
    letters = int((WIDE - 2 * PAD) / LETTER)
    found: list[Line] = []
    given = list(lines)
    for index, line in enumerate(given):
        parts = _words(line.text, letters) if line.style == "word" else [line.text]
        pieces = [piece for part in parts for piece in chop_cells(part, letters) or [""]]
        most = 3 if len(given) > 1 else 4
        if len(pieces) > most:
            pieces = [*pieces[: most - 1], pieces[most - 1][:-1] + "…"]
        if len(found) + len(pieces) > MOST_LINES and index:
            return [*found, Line(f"… {len(given) - index} more")]
        found += [Line(piece, line.style) for piece in pieces]
    return found


# -- where it goes ----------------------------------------------------------------------------------------------------


def _height(lines: list[Line]) -> float:
    return len(lines) * LINE + 2 * PAD - 4 if lines else 0


def _lanes(laid: list[_Inside]) -> Lanes:
    server = LANE_NAME + max([26, *(_height(inside.server) for inside in laid)]) + 8
    screen = LANE_NAME + max([26, *(_height(inside.shown) for inside in laid)]) + 8
    stacks = [sum(_height(box) + 6 for box in inside.program) for inside in laid]
    program = LANE_NAME + max([26, *stacks]) + 4
    top = 20.0
    screen_top = top + server + ARROW
    program_top = screen_top + screen + 10
    end = program_top + program
    return Lanes(top, server, screen_top, screen, program_top, program, end + 16, end)


def _column(beat: Beat, inside: _Inside, lanes: Lanes, x: float) -> Column:
    column = Column(x, inside.width, f"{beat.at:,.1f}", waited=beat.waited, marked=beat.marked)
    column.middle = x + inside.width / 2
    if beat.server is not None:
        kind = "unread" if beat.unread else beat.server.kind
        bottom = lanes.server + lanes.server_height - 8
        y = bottom - _height(inside.server)
        column.server = _shape(x, y, inside.width, inside.server, kind, beat.server)
        column.asks = beat.server.asks
    if inside.shown:
        column.shown = _shape(x, lanes.screen + LANE_NAME, inside.width, inside.shown, "shown")
        column.arrow = column.server is not None and not column.asks
    y = lanes.program + LANE_NAME
    for box, lines in zip(beat.program, inside.program, strict=True):
        column.program.append(_shape(x, y, inside.width, lines, box.kind))
        y += _height(lines) + 6
    return column


def _shape(x: float, y: float, width: float, lines: list[Line], kind: str, box: Box | None = None) -> Shape:
    height = _height(lines)
    texts = tuple(Text(x + PAD, y + PAD + 9 + i * LINE, line.text, line.style) for i, line in enumerate(lines))
    return Shape(outline(x, y, width, height, box), kind, texts)


def outline(x: float, y: float, width: float, height: float, box: Box | None) -> str:
    """A rectangle as a path; an edge at which an event was cut has teeth."""
    right = x + width
    teeth = max(2, 2 * round(height / (2 * TOOTH * 1.6)))
    step = height / teeth
    points = [(x, y), (right, y)]
    if box is not None and box.torn_right:
        points += [(right + (TOOTH if i % 2 else -TOOTH), y + i * step) for i in range(1, teeth)]
    points += [(right, y + height), (x, y + height)]
    if box is not None and box.torn_left:
        points += [(x + (TOOTH if i % 2 else -TOOTH), y + i * step) for i in range(teeth - 1, 0, -1)]
    return "M" + "L".join(f"{a:g} {b:g}" for a, b in ((round(a, 1), round(b, 1)) for a, b in points)) + "Z"


def _place_note(strip: Strip, lanes: Lanes, note: str) -> None:
    marked = next((column for column in strip.columns if column.marked), None)
    if marked is None or not note:
        return
    strip.width = max(strip.width, 200)
    lines = _words(note, int((strip.width - 8) / NOTE_LETTER))
    width = max(len(line) for line in lines) * NOTE_LETTER
    x = max(4.0, min(marked.x, strip.width - width - 4))
    strip.note = [Text(x, lanes.note + 14 + i * NOTE_LINE, line, "note") for i, line in enumerate(lines)]


def _words(text: str, most: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
