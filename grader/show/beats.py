"""A run as a row of beats, for the drawn picture: what the server did, and what the program did until the next.

A beat is a step to the right, whatever time passed. Lanes from above: server, waiting, screen, program.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Literal

from grader.report import Parting
from grader.show.telling import LINGERED, OUTCOMES, Entry, exception, facts, unquoted

OPENS = (
    *("request", "write", "finish", "reset", "close", "settle", "linger", "read", "stream", "pause", "silence"),
    *("left-out", "outcome"),
)
TOLD_BY_OTHERS = ("headers",)
GOES_ON = ("headers", "write", "finish", "reset", "close", "linger")  # what ends a wait of the server's
SHORT = 44  # letters that are shown as they are
_CONTENT = re.compile(r"""["']content["']: ?("(?:[^"\\]|\\.)+"|'(?:[^'\\]|\\.)+')""")
UNREAD = 3  # writes that nobody read, from which on they share one box


@dataclass(frozen=True)
class Line:
    """A line of a box. `style`: label (an event), raw (bytes), word (ours)."""

    text: str
    style: Literal["label", "raw", "word"] = "word"


@dataclass(frozen=True)
class Box:
    """`torn_left`, `torn_right`: the write begins, ends inside an event. `asks`: a request, which comes from below."""

    lines: tuple[Line, ...]
    kind: Literal["write", "plain", "good", "bad"] = "plain"
    torn_left: bool = False
    torn_right: bool = False
    asks: bool = False


END = Box((Line("end of reply"),))


@dataclass
class Beat:
    """`events` are complete with it. `unread`: nobody was there any more to read what was sent."""

    at: float
    events: int = 0
    server: Box | None = None
    waited: Literal["", "waits", "seen", "missed"] = ""
    shown: str = ""
    came: list[str] = field(default_factory=list)  # values that came out, in a run without a screen
    program: list[Box] = field(default_factory=list)
    unread: bool = False
    folded: int = 0  # so many such writes, in one
    marked: bool = False  # where the two stories part
    pieces: tuple[str, ...] = ()  # what its events add to the text


def beats(entries: list[Entry], parting: Parting | None = None) -> list[Beat]:
    found: list[Beat] = []
    outcome = next((entry for entry in entries if entry.get("kind") == "outcome"), {})
    over = called = False
    for number, entry in enumerate(entries):
        kind = entry.get("kind", "")
        called = called or entry.get("what") == "called"
        if kind in TOLD_BY_OTHERS or (entry.get("what") == "ended" and not called):
            continue
        if not found or kind in OPENS:
            found.append(_opened(entry, found, over))
        if kind == "settle":
            found[-1].server = _waits(entry, entries[number:])
        _take(found[-1], entry, outcome)
        over = over or kind == "gone" or (kind == "note" and entry.get("what") == "ended")
    _mark(found, parting)
    return _fold_unread(found)


def _waits(entry: Entry, later: list[Entry]) -> Box:
    until = next((float(e.get("at", 0)) for e in later if e.get("kind") in GOES_ON), None)
    seconds = "" if until is None else f" {(until - float(entry.get('at', 0))) / 1000:.2f} s"
    return Box((Line(f"… waits{seconds}"),))


def _opened(entry: Entry, found: list[Beat], over: bool) -> Beat:
    kind = entry.get("kind", "")
    events = found[-1].events if found and kind != "request" else 0
    if kind == "write":
        events = int(entry.get("events", 0))
    elif kind == "read" and "text" in entry:  # where reads are handed over, it is they that are counted
        events += 1
    beat = Beat(float(entry.get("at", 0)), events, _server_box(entry), unread=over and kind == "write")
    if kind == "write":
        beat.pieces = tuple(piece for label in entry.get("labels", ()) if (piece := _piece(label)))
    return beat


def _piece(label: str) -> str:
    """The text in a label of one, without the white space around it; empty for others."""
    try:
        return str(json.loads(label)).strip() if label.startswith('"') else ""
    except ValueError:
        return ""


def gist(shown: str, pieces: tuple[str, ...], most: int = SHORT) -> str:
    """What of an output longer than `most` matters: `… ship …` where it holds the one piece of text that was sent, or
    whole chunks with such a content; otherwise all of it."""
    if len(shown) <= most:
        return shown
    if len(pieces) == 1 and pieces[0] in shown:
        return f"… {pieces[0]} …"
    contents = _CONTENT.findall(shown)
    return f"… {' … '.join(contents)} …" if contents else shown


def _mark(found: list[Beat], parting: Parting | None) -> None:
    if parting is not None:
        beat = next((beat for beat in found if beat.events > parting.event), None)
        if beat is not None:
            beat.marked = True


def _fold_unread(found: list[Beat]) -> list[Beat]:
    """Many writes that nobody read any more become one."""
    quiet = [b for b in found if b.unread and not (b.marked or b.shown or b.came or b.program or b.waited)]
    if len(quiet) <= UNREAD:
        return found
    lines = (Line(f"{len(quiet)} more writes,"), Line("which nobody reads"))
    folded = replace(quiet[0], events=quiet[-1].events, server=Box(lines), folded=len(quiet))
    rest = {id(beat) for beat in quiet[1:]}
    return [folded if beat is quiet[0] else beat for beat in found if id(beat) not in rest]


# -- the server's lane ------------------------------------------------------------------------------------------------


def _server_box(entry: Entry) -> Box | None:
    kind = entry.get("kind")
    if kind == "request":
        status = entry.get("status", 200)
        bad = isinstance(status, int) and status >= 400
        lines = (Line(f"{entry.get('method', '')}"), Line(str(entry.get("path", "")), "raw"), Line(f"→ {status}"))
        return Box(lines, "bad" if bad else "write", asks=True)
    if kind == "write":
        return _write_box(entry)
    if kind == "read":
        return Box((Line(str(entry["text"]), "raw"),), "write") if "text" in entry else Box((Line("no more"),))
    if kind == "stream":
        return Box((Line("next stream:"), Line(str(entry.get("name", "")), "raw")))
    if kind == "finish":
        return END
    if kind == "left-out":
        return Box((Line(f"… {entry.get('count', '?')} more"), Line("moments, left out")))
    words = {
        "reset": ("⚡ connection reset", "bad"),
        "close": ("⚡ connection closed", "bad"),
        "linger": ("… keeps it open", "plain"),
        "pause": ("… pauses", "plain"),
        "silence": ("… sends nothing", "plain"),
    }
    if kind not in words:
        return None
    text, look = words[kind]
    return Box((Line(text),), look)  # type: ignore[arg-type]


def _write_box(entry: Entry) -> Box:
    labels = [Line(unquoted(label), "label") for label in entry.get("labels", ())]
    head, tail = entry.get("head"), entry.get("tail")
    lines: list[Line] = []
    if head is not None and (labels or tail is None or tail != head):
        lines.append(Line(head if head == entry.get("text") else f"{head}…", "raw"))
    lines += labels
    if tail is not None:
        lines.append(Line(tail if tail == entry.get("text") else f"…{tail}", "raw"))
    if not lines:
        lines.append(Line(str(entry.get("text", "")), "raw"))
    return Box(tuple(lines), "write", torn_left=head is not None, torn_right=tail is not None)


# -- what the program did ---------------------------------------------------------------------------------------------


def _take(beat: Beat, entry: Entry, outcome: Entry) -> None:
    kind = entry.get("kind", "")
    if kind == "stdout":
        beat.shown += str(entry.get("text", ""))
    elif kind == "data":
        beat.came.append(str(entry.get("value", "")) or facts(entry))
    elif kind == "hold":
        beat.waited = "waits"
    elif kind in ("seen", "missed"):
        beat.waited = kind
    elif kind == "unlinger":
        why = str(entry.get("why", ""))
        beat.program.append(Box((Line(LINGERED.get(why, why)),), "plain"))
    elif kind == "gone":
        beat.program.append(Box((Line("closes the"), Line("connection"))))
    elif kind == "note":
        beat.program.append(_note_box(entry, outcome))
    elif kind == "outcome":
        beat.program.append(_outcome_box(entry))
    elif kind == "stderr":
        beat.program.append(Box((Line("error output"), Line(str(entry.get("text", "")), "raw"))))
    elif kind == "ask":
        about = str(entry.get("about") or entry.get("text") or "")
        answer = str(entry.get("answer")).lower()
        beat.program.append(Box((Line(f"? {entry.get('what') or 'asks'}"), *_raw(about), Line(f"→ {answer}", "label"))))
    elif kind == "raised":
        beat.program.append(Box((Line("✗ raises"), *_exception(entry)), "bad"))
    elif kind == "settled":
        how = str(entry.get("how", ""))
        beat.program.append(Box((Line({"done": "has ended", "idle": "is done with it"}.get(how, how)),)))
    elif kind not in OPENS:
        name = " ".join(str(part) for part in (kind, entry.get("what")) if part)
        beat.program.append(Box((Line(name), *_raw(facts(entry)))))


def _note_box(entry: Entry, outcome: Entry) -> Box:
    what = entry.get("what")
    if what == "called":
        return Box((Line("▶ called"),))
    if what == "ended":
        if outcome.get("what") == "raised":
            return Box((Line("✗ raises"), *_exception(outcome)), "bad")
        return Box((Line("■ function over"),))
    if what == "requests":
        return Box((Line("requests:"), Line(f"stream={entry.get('stream')}", "raw")))
    if what == "whole-body":
        return Box((Line("takes the whole body"), Line(str(entry.get("how", "")), "raw")))
    if what == "elsewhere":
        return Box((Line("✗ may not reach"), Line(f"{entry.get('host')}:{entry.get('port')}", "raw")), "bad")
    if what == "validates":
        return Box((Line("◇ validates"), *_raw(str(entry.get("text") or entry.get("values") or ""))))
    if what == "wrote":
        return Box((Line("✎ writes"), *_raw(str(entry.get("text", "")))))
    if what == "raised":
        return Box((Line("an exception"), *_exception(entry)))
    return Box((Line(str(what)), *_raw(facts(entry))))


def _outcome_box(entry: Entry) -> Box:
    what = str(entry.get("what", ""))
    if what == "returned":
        return Box((Line("✓ returned"), *_raw(str(entry.get("value", "")))), "good")
    words = OUTCOMES.get(what, what)
    return Box((Line(f"✗ {words}"), *_exception(entry)), "bad")


def _exception(entry: Entry) -> tuple[Line, ...]:
    return tuple(Line(part, "label") for part in exception(entry).split(", ") if part)


def _raw(text: str) -> tuple[Line, ...]:
    return (Line(text, "raw"),) if text else ()
