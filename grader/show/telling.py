"""A run's entries in words: who did what, and the text that belongs to it. Unknown kinds are told as they are.

Made from a report alone, as all of `show` is. The list that stands for the picture is made of these, and its notes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Entry = dict[str, Any]

OUTCOMES = {
    "returned": "the function returned",
    "raised": "an exception ended it",
    "exited": "the program ended itself",
    "missing": "the function was not found",
    "syntax": "Python could not read the file",
    "stuck": "it waited for something that does not come, and was stopped",
    "slow": "it took too long, and was stopped",
    "killed": "it was stopped",
    "silent": "the program ended without a word",
}
LINGERED = {
    "closed": "the program closed the connection",
    "ended": "the program had ended",
    "idle": "the program waits for more",
}
SETTLED = {
    "done": "the program had ended",
    "idle": "the program has dealt with all of it",
    "dozing": "the program wakes up again and again",
    "worn": "the program does not come to rest",
}


@dataclass(frozen=True)
class Told:
    """`who` is server, screen or program. `tone` is good, bad or empty; `text` is what was sent, shown or noted."""

    at: float
    who: str
    what: str
    text: str = ""
    tone: str = ""


def tell(entries: list[Entry]) -> list[Told]:
    """Each entry in words, in their order."""
    labels: list[str] = []
    told = []
    for entry in entries:
        if entry["kind"] == "request":
            labels = []
        if entry["kind"] == "write":
            labels += [unquoted(label) for label in entry.get("labels", ())]
        say = _SAID.get(entry["kind"], _anything)
        told.append(say(entry, labels))
    return told


def unquoted(label: str) -> str:
    """A label whose JSON text is written as people would: `"{\\"a` becomes `"{"a`."""
    start = label.find('"')
    if start < 0 or "\\" not in label:
        return label
    try:
        return f'{label[:start]}"{json.loads(label[start:])}"'
    except ValueError:  # it was cut
        return label


def exception(entry: Entry) -> str:
    """`ValueError, line 14` of an outcome; empty where no exception ended the run."""
    line = f"line {entry['line']}" if entry.get("line") else ""
    return ", ".join(part for part in (str(entry.get("type") or ""), line) if part)


def facts(entry: Entry) -> str:
    """What an entry of no known kind holds."""
    kept = [(k, v) for k, v in entry.items() if k not in ("at", "kind", "what", "size") and v not in (None, "", [])]
    if [k for k, _ in kept] == ["text"]:
        return str(kept[0][1])
    return ", ".join(f"{key}: {value}" for key, value in kept)


# -- one function a kind ----------------------------------------------------------------------------------------------


def _anything(entry: Entry, labels: list[str]) -> Told:
    what = " ".join(str(part) for part in (entry["kind"], entry.get("what")) if part)
    return Told(_at(entry), "program", what, facts(entry))


def _request(entry: Entry, labels: list[str]) -> Told:
    status = entry.get("status", 200)
    what = f"asks: {entry.get('method', '')} {entry.get('path', '')}, and is answered with {status}"
    return Told(_at(entry), "program", what, str(entry.get("body", "")), "bad" if _is_error(status) else "")


def _headers(entry: Entry, labels: list[str]) -> Told:
    return Told(_at(entry), "server", f"begins its answer ({entry.get('status', 200)})")


def _write(entry: Entry, labels: list[str]) -> Told:
    done = [unquoted(label) for label in entry.get("labels", ())]
    what = "sends " + (", ".join(done) if done else f"{entry.get('size', 0)} bytes that complete no event")
    text = str(entry.get("text", ""))
    if "head" in entry:
        what += "; it begins inside an event"
        text = f"✂ {text}"
    if "tail" in entry:
        what += f"; it is cut inside {unquoted(entry.get('inside') or 'a comment or a blank line')}"
        shown = text.endswith(entry["tail"])
        text += " ✂" if shown else f" {entry['tail']} ✂"  # a long text is cut itself: then its end is shown, too
    return Told(_at(entry), "server", what, text)


def _hold(entry: Entry, labels: list[str]) -> Told:
    awaited = [label for label in labels[: entry.get("events", 0)] if label.startswith('"')]
    return Told(_at(entry), "server", f"waits until {awaited[-1] if awaited else 'that'} is on the screen")


def _seen(entry: Entry, labels: list[str]) -> Told:
    return Told(_at(entry), "server", "has seen it, and goes on", tone="good")


def _missed(entry: Entry, labels: list[str]) -> Told:
    what = "waited in vain: the program shows nothing, and does nothing any more"
    return Told(_at(entry), "server", what, tone="bad")


def _linger(entry: Entry, labels: list[str]) -> Told:
    return Told(_at(entry), "server", "sends nothing, and keeps the connection open")


def _unlinger(entry: Entry, labels: list[str]) -> Told:
    why = str(entry.get("why", ""))
    return Told(_at(entry), "server", f"goes on: {LINGERED.get(why, why)}")


def _read(entry: Entry, labels: list[str]) -> Told:
    if "text" not in entry:
        return Told(_at(entry), "server", "has no more to hand over")
    return Told(_at(entry), "server", f"hands over {entry.get('size', '')} bytes", str(entry["text"]))


def _data(entry: Entry, labels: list[str]) -> Told:
    return Told(_at(entry), "screen", "comes out", str(entry.get("value", "")) or facts(entry))


def _ask(entry: Entry, labels: list[str]) -> Told:
    what = f"asks the judge ({entry.get('what') or 'a question'}), which answers {str(entry.get('answer')).lower()}"
    return Told(_at(entry), "program", what, str(entry.get("about") or entry.get("text") or ""))


def _raised(entry: Entry, labels: list[str]) -> Told:
    return Told(_at(entry), "program", f"raises {exception(entry)}", str(entry.get("message", "")), "bad")


def _settled(entry: Entry, labels: list[str]) -> Told:
    how = str(entry.get("how", ""))
    return Told(_at(entry), "server", f"goes on: {SETTLED.get(how, how)}")


def _stream(entry: Entry, labels: list[str]) -> Told:
    return Told(_at(entry), "server", f"the next stream begins: {entry.get('name', '')}")


def _simply(who: str, what: str, tone: str = "") -> Callable[[Entry, list[str]], Told]:
    return lambda entry, labels: Told(_at(entry), who, what, tone=tone)


def _text(who: str, what: str) -> Callable[[Entry, list[str]], Told]:
    return lambda entry, labels: Told(_at(entry), who, what, str(entry.get("text", "")) or facts(entry))


def _note(entry: Entry, labels: list[str]) -> Told:
    what = str(entry.get("what", ""))
    if what in ("called", "ended"):
        return Told(_at(entry), "program", "your function is called" if what == "called" else "your function is over")
    if what == "requests":
        return Told(_at(entry), "program", f"requests is told stream={entry.get('stream')}")
    if what == "whole-body":
        return Told(_at(entry), "program", f"takes the whole body at once ({entry.get('how')})")
    if what == "elsewhere":
        return Told(
            _at(entry), "program", f"tries to reach {entry.get('host')}:{entry.get('port')}, and may not", tone="bad"
        )
    if what == "validates":
        return Told(_at(entry), "program", "tries to validate", str(entry.get("text") or entry.get("values") or ""))
    if what == "wrote":
        return Told(_at(entry), "program", "writes, and nothing comes out", str(entry.get("text", "")))
    if what == "raised":
        return Told(_at(entry), "program", f"meets an exception: {exception(entry)}", str(entry.get("message", "")))
    return Told(_at(entry), "program", f"notes {what}", facts(entry))


def _outcome(entry: Entry, labels: list[str]) -> Told:
    what = str(entry.get("what", ""))
    words = OUTCOMES.get(what, what)
    about = exception(entry)
    text = str(entry.get("message") or entry.get("why") or entry.get("value") or "")
    if entry.get("source"):
        text = f"{entry['source']}    {text}".strip()
    tone = "" if what == "returned" else "bad"
    return Told(_at(entry), "program", f"{words}: {about}" if about else words, text, tone)


def _left_out(entry: Entry, labels: list[str]) -> Told:
    return Told(_at(entry), "program", f"({entry.get('count', '?')} more moments, which this report leaves out)")


def _at(entry: Entry) -> float:
    return float(entry.get("at", 0))


def _is_error(status: Any) -> bool:
    return isinstance(status, int) and status >= 400


_SAID: dict[str, Callable[[Entry, list[str]], Told]] = {
    "request": _request,
    "headers": _headers,
    "write": _write,
    "hold": _hold,
    "seen": _seen,
    "missed": _missed,
    "linger": _linger,
    "unlinger": _unlinger,
    "finish": _simply("server", "ends the reply"),
    "reset": _simply("server", "resets the connection", "bad"),
    "close": _simply("server", "closes the connection in the middle of the reply", "bad"),
    "gone": _simply("program", "closes the connection"),
    "stdout": _text("screen", "shows"),
    "stderr": _text("program", "writes to its error output"),
    "read": _read,
    "stream": _stream,
    "data": _data,
    "ask": _ask,
    "raised": _raised,
    "settle": _simply("server", "waits until the program has dealt with all that was sent"),
    "settled": _settled,
    "pause": _simply("server", "pauses"),
    "silence": _simply("server", "sends nothing"),
    "note": _note,
    "outcome": _outcome,
    "left-out": _left_out,
}
