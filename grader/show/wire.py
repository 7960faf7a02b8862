"""A run's timeline as plain data for pictures: what the server sent, what the program showed, where they part.

Each entry has `at` (ms since the run began) and `kind`, and what belongs to it (all texts are escaped, and cut with an
`…` to what a reader needs):

- `request`: method, path, body, status
- `write`: size (bytes), text, events (complete with it), labels (of those that it completes). One that begins or ends
  inside an event has `head` or `tail`, the bytes at that cut, and `inside`, the label of the event it ends in
- `hold`, `seen`, `missed`, `gone`: events; `unlinger`: why; `settled`: how, since
- `stream`: name, where there are several; `read`: text and size, or neither: there is no more; `data`: value
- `ask`: what, about, answer; `raised`: type, message
- `stdout`, `stderr`: text, size
- `note`: what, and the facts of the note. Of the many `wrote`, those that a server which waited did not see come out;
  of the many `line`, none
- `outcome`: what; value, or type, message, line, source and why, as far as they apply
- `left-out`: count, in the place of that many entries in the middle of a long run
"""

from __future__ import annotations

import itertools
import json
from typing import Any

from grader.excerpt import cut, shown
from grader.outcome import Outcome
from grader.running import Record
from grader.stream.body import join
from grader.stream.reply import DONE, choice_of
from grader.stream.salt import Salted
from grader.timeline import Moment
from grader.untrusted import escaped

Entry = dict[str, Any]

LABEL = 60
TEXT = 400
PRINTED = 2000  # what a program printed between two looks may be several chunks
NEAR = 16  # bytes on each side of a cut
MAX_ENTRIES = 400
LAST = 100  # of those, when a run has more
MAX_FED, LAST_FED = 60, 2  # of a run with many streams


def timeline_of(record: Record) -> list[Entry]:
    entries: list[Entry] = []
    streams = map(Stream, record.played)
    stream: Stream | None = None
    for moment in _without_what_came_out(record.timeline.moments):
        if moment.kind == "word":  # `ended` and `outcome` say it
            continue
        if moment.kind == "stream" and len(record.fed) == 1:
            continue  # the run is named after it
        entry = _entry(moment, record.outcome)
        if moment.kind == "request":
            stream = None
        elif moment.kind == "headers":  # these come before a streamed reply, and no other
            stream = next(streams, None)
        elif moment.kind == "write" and stream is not None:
            entry |= stream.write(moment["data"], moment["events"])
        if entry:
            entries.append({"at": round(moment.at * 1000, 2), "kind": moment.kind, **entry})
    # Of many streams some are shown: each that goes wrong has a run of its own.
    return _short(entries, *((MAX_FED, LAST_FED) if len(record.fed) > 1 else ()))


def _without_what_came_out(moments: list[Moment]) -> list[Moment]:
    """Leaves `wrote` out, but for what had not come out when the server gave up waiting: that explains the picture."""
    kept: list[Moment | None] = []
    inside: list[int] = []  # where in `kept` stands what was written and has not come out yet
    late = False
    for moment in moments:
        late = late or moment.kind == "missed"
        if moment.kind in ("stdout", "missed"):
            for index in inside if moment.kind == "stdout" else ():
                kept[index] = None
            inside = []
        elif moment.kind == "note" and moment["what"] == "wrote":
            if inside and inside[-1] == len(kept) - 1:  # pieces written one after the other are one moment
                before = kept.pop()
                assert before is not None
                moment = _joined(before, moment)
            else:
                inside.append(len(kept))
        kept.append(moment)
    return [m for m in kept if m is not None and (late or not (m.kind == "note" and m["what"] == "wrote"))]


def _joined(first: Moment, second: Moment) -> Moment:
    text = str(first["text"]) + str(second["text"])
    return Moment(first.at, "note", {**first.facts, "text": text[: TEXT + 1]})


class Stream:
    """A body that is being sent: which events each write completes, and whether it is cut inside one."""

    def __init__(self, played: Salted) -> None:
        self._labels = [label(event) for event in played.reply.events]
        self._body = join(played.parts)
        self._ends = {0, *itertools.accumulate(len(part.raw) for part in played.parts)}
        self._offset = self._sent = 0

    def write(self, data: bytes, events: int) -> Entry:
        if data.startswith(b":") and not self._body.startswith(data, self._offset):
            return {"labels": []}  # a comment that only keeps the line awake: it is not of the stream
        facts: Entry = {"labels": self._labels[self._sent : events]}
        if self._offset not in self._ends:
            facts["head"] = _text(_beginning(data))
        self._offset, self._sent = self._offset + len(data), events
        if self._offset not in self._ends:
            facts["tail"] = _text(_end(data))
            facts["inside"] = self._labels[events] if events < len(self._labels) else ""
        return facts


def _beginning(data: bytes) -> bytes:
    """The first bytes, without a UTF-8 character of which this window would show only a part."""
    window = data[:NEAR]
    for back in range(1, min(4, len(window) + 1)) if len(data) > NEAR else ():
        if window[-back] < 0x80:
            break
        if window[-back] >= 0xC0:  # a lead byte: its character has 2, 3 or 4 bytes
            whole = 2 if window[-back] < 0xE0 else 3 if window[-back] < 0xF0 else 4
            return window if back >= whole else window[:-back]
    return window


def _end(data: bytes) -> bytes:
    """The last bytes, likewise."""
    return data[-NEAR:].lstrip(bytes(range(0x80, 0xC0))) or data[-NEAR:] if len(data) > NEAR else data


def label(event: str) -> str:
    """What an event says, in a word or two: its text in quotes, or `role`, `stop`, `usage`, `[DONE]`."""
    if event == DONE:
        return DONE
    chunk = json.loads(event)
    choice = choice_of(chunk)
    if choice is None:
        return "usage" if chunk.get("usage") else "error" if chunk.get("error") else "no choices"
    delta = choice["delta"]
    if delta.get("content"):
        return json.dumps(delta["content"], ensure_ascii=False)[:LABEL]
    for name in ("reasoning_content", "reasoning", "refusal"):
        if delta.get(name):
            return f"{name} {json.dumps(delta[name], ensure_ascii=False)}"[:LABEL]
    if choice.get("finish_reason"):
        return str(choice["finish_reason"])
    return "role" if delta.get("role") else "content: " + json.dumps(delta["content"]) if "content" in delta else "{}"


def _entry(moment: Moment, outcome: Outcome) -> Entry:
    facts, kind = moment.facts, moment.kind
    if kind == "note":
        return _note(facts)
    if kind == "outcome":
        return {"what": facts["what"], **_ending(outcome)}
    if kind in ("write", "read", "stdout", "stderr"):
        return _bytes(facts, TEXT if kind in ("write", "read") else PRINTED)
    entry: Entry = {key: value for key, value in facts.items() if isinstance(value, bool | int | float)}
    entry |= {key: _cut(escaped(value)) for key, value in facts.items() if isinstance(value, str)}
    if kind == "request":
        return entry | {"body": _text(facts["body"])}
    if kind == "ask":
        entry["about"] = cut(shown(facts["about"]))
    if kind == "data":  # as JSON: an empty text can be seen, and where one ends
        entry["value"] = cut(shown([facts["value"]])[1:-1])
    return entry or {"what": ""}


def _bytes(facts: Entry, most: int) -> Entry:
    if facts["data"] is None:  # of a read: there is no more
        return {"what": ""}
    entry = {"text": _text(facts["data"], most), "size": len(facts["data"])}
    return entry | {"events": facts["events"]} if "events" in facts else entry


def _note(facts: Entry) -> Entry:
    if facts["what"] == "line":
        return {}
    return {key: _cut(escaped(str(value))) for key, value in facts.items() if value not in (None, "", [])}


def _ending(outcome: Outcome) -> Entry:
    """The value that came back, or what came instead of it, with the learner's line."""
    if outcome.kind == "returned":
        return {"value": cut(shown(outcome.value))}
    error = outcome.error
    frame = (error.get("frames") or [{}])[-1]
    facts = {
        "type": error.get("type") or ("SyntaxError" if outcome.kind == "syntax" else ""),
        "message": error.get("message"),
        "line": frame.get("line") or error.get("line"),
        "source": frame.get("source") or str(error.get("text") or "").strip(),
        "why": outcome.why,
    }
    return {key: _cut(escaped(value)) if isinstance(value, str) else value for key, value in facts.items() if value}


def _short(entries: list[Entry], most: int = MAX_ENTRIES, last: int = LAST) -> list[Entry]:
    """The beginning and the end of a run that has more moments than a picture can hold."""
    extra = len(entries) - most
    if extra <= 0:
        return entries
    gone = entries[most - last - 1 : -last]
    return [
        *entries[: most - last - 1],
        {"at": gone[0]["at"], "kind": "left-out", "count": len(gone)},
        *entries[-last:],
    ]


def _text(data: bytes, most: int = TEXT) -> str:
    return _cut(escaped(data[: 4 * most].decode("utf-8", "backslashreplace")), most)


def _cut(text: str, most: int = TEXT) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
