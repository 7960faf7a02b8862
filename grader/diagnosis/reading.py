"""Family: reading the stream. First what an exception tells, then what a wrong text tells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from grader.diagnosis import experiments
from grader.diagnosis.evidence import Case, Rule, events_read, leaves_before
from grader.running import Record
from grader.stream import cut
from grader.stream.reply import DONE


def _reads(case: Case) -> list[bytes]:
    return [moment["data"] for moment in case.record.timeline.of("write")]


def _lines(case: Case) -> list[str]:
    """The lines that were sent, as the standard cuts them."""
    return re.split(r"\r\n|\n|\r", b"".join(_reads(case)).decode("utf-8", "replace"))


def _comments(case: Case) -> list[str]:
    return [line for line in _lines(case) if line.startswith(":")]


# -- exceptions ----------------------------------------------------------------------------------------------------


def _parsed(test: Callable[[Case, str], bool]) -> Callable[[Case], bool]:
    """A rule on the text that a JSON parser was given and refused."""
    return lambda case: case.about is not None and test(case, case.about)


def _is_comment(case: Case, text: str) -> bool:
    bare = text.strip()
    return len(bare) > 2 and any(bare in line for line in _comments(case))


def _cut_at_unicode_line(case: Case, text: str) -> bool:
    whole = next((e for e in case.reply.events if text and e.startswith(text) and e != text), "")
    return bool(whole) and whole[len(text)] in "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e"


def _fails_only_without_content(case: Case) -> bool:
    """Experiment: the same stream with a content in every delta, "" where there was none. Does it end well?"""
    fits = ("'content'", "None", ".content\n")  # a missing key or field, or None where text was expected
    if not any(word in case.error_text for word in fits):
        return False
    if all(isinstance(delta.get("content"), str) for delta in case.reply.deltas):
        return False
    return case.again("content-everywhere", edit=experiments.content_everywhere).outcome.kind == "returned"


def _empty_line_at_hand(case: Case) -> bool:
    """One of the first lines was being taken apart, and it was empty."""
    if case.error_type not in ("IndexError", "ValueError") or _sent_by_sdk(case) or events_read(case.record) > 3:
        return False
    at_hand = set(re.findall(r"[A-Za-z_]\w*", str(case.innermost.get("source", ""))))
    return any(
        name in at_hand and value in ("''", "b''", "b'\\n'", "'\\n'")
        for name, value in case.innermost.get("locals", {}).items()
    )


def _sent_by_sdk(case: Case) -> bool:
    return any(name.startswith("x-stainless-") for request in case.requests for name in request["headers"])


def _fails_only_without_choices(case: Case) -> bool:
    """Experiment: the same stream without the chunks whose choices are empty. Does it end well?"""
    if case.error_type not in ("IndexError", "StopIteration", "ValueError", "RuntimeError"):
        return False
    if not any(chunk is not None and not chunk.get("choices") for chunk in case.reply.chunks):
        return False
    return case.again("choices-everywhere", edit=experiments.usage_on_content).outcome.kind == "returned"


def _rest_of_a_line(case: Case, text: str) -> bool:
    """More than the event's data, and no more than its line."""
    text = text.rstrip("\r\n")
    return any(line.endswith(text) and len(text) > len(event) for line in _lines(case) for event in case.reply.events
               if line.endswith(event))  # fmt: skip


def _looks_for(name: str) -> Callable[[Case], bool]:
    """A key, an attribute or a required field of that name was not there."""

    def holds(case: Case) -> bool:
        if case.is_a("KeyError"):
            return case.error_text == f"'{name}'"
        if case.is_a("AttributeError"):
            return f"'{name}'" in case.error_text
        return case.error_type == "ValidationError" and f".{name}\n  Field required" in case.error_text

    return holds


# Streams differ from the plain one, on which the program did well, in one trait: then that trait is the cause, whatever
# the exception looks like.
TRAITS = (
    ("comments", "chokes-on-comment", "as soon as there are comments"),
    ("crlf", "lf-only", "as soon as lines end in CRLF"),
    ("unicode-lines", "splits-on-unicode-lines", "as soon as the text holds U+2028"),
    ("data-in-text", "strips-letters", "as soon as the text holds `data: `"),
    ("several-events", "read-is-event", "as soon as a read carries several events"),
    ("lines-cut", "read-is-event", "as soon as an event comes in two reads"),
    ("recorded", "read-is-event", "as soon as reads and events differ"),
    ("characters-cut", "decodes-reads", "as soon as two reads share a character"),
)


def _by_trait(name: str) -> Callable[[Case], bool]:
    """Counter-experiment: the same stream without its one trait. Only if the program does well on it, that is the cause."""

    def holds(case: Case) -> bool:
        if case.trait != name:
            return False
        record = case.again(f"without-{name}", edit=experiments.WITHOUT.get(name), cut=cut.one_event_a_read)
        return text_made_in(record) == record.reply.text

    return holds


EXCEPTIONS = (
    Rule("empty-choices-crash", "without chunks whose choices are empty, it ends well", _fails_only_without_choices),
    Rule("content-missing", "with a content in every delta, it ends well", _fails_only_without_content),
    *(Rule(id, f"it fails {when}", _by_trait(trait)) for trait, id, when in TRAITS),
    Rule("buffers-body", "response.json() was called on a stream",
         lambda c: "models:json" in c.error.get("via", []) and bool(c.record.played)),
    Rule("parses-done", 'a JSON parser was given "[DONE]"', _parsed(lambda c, t: t.strip() == DONE)),
    Rule("keeps-data-prefix", "a JSON parser was given a line with a part of its `data: `", _parsed(_rest_of_a_line)),
    Rule("splits-on-unicode-lines", "an event's JSON was cut at a character that only Unicode calls a line end",
         _parsed(_cut_at_unicode_line)),
    Rule("chokes-on-comment", "a JSON parser was given a comment", _parsed(_is_comment)),
    Rule("reads-message", "`message` was looked for in a chunk", _looks_for("message")),
    Rule("reasoning-attribute-crash", "an attribute for reasoning that this server does not send",
         lambda c: c.is_a("AttributeError") and "'reasoning" in c.error_text),
    Rule("finish-reason-lost", "`finish_reason` was looked for where it is not", _looks_for("finish_reason")),
    Rule("decodes-reads", "a character that two reads share could not be decoded",
         lambda c: c.is_a("UnicodeDecodeError") and bool(_torn(c))),
    Rule("chokes-on-blank-line", "a JSON parser was given an empty line", _parsed(lambda c, t: not t.strip() and events_read(c.record) <= 3)),
    Rule("chokes-on-blank-line", "the line at hand was empty",
         _empty_line_at_hand),
    Rule("read-is-event", "a JSON parser was given several lines at once",
         _parsed(lambda c, t: "data:" in t.rstrip() and "\n" in t.rstrip() and _in_body(c, t))),
)  # fmt: skip


def _in_body(case: Case, text: str) -> bool:
    return text.strip() in b"".join(_reads(case)).decode("utf-8", "replace")


# -- texts ---------------------------------------------------------------------------------------------------------


def _text(test: Callable[[Case, str], bool]) -> Callable[[Case], bool]:
    """A rule on the text that the program made of the stream."""

    def holds(case: Case) -> bool:
        text = made_text(case)
        return text is not None and text != case.reply.text and test(case, text)

    return holds


def made_text(case: Case) -> str | None:
    """The text as the program put it together: what it validated, parsed in vain, or returned."""
    return text_made_in(case.record)


def text_made_in(record: Record) -> str | None:
    tried = [m for m in record.timeline.of("note") if m["what"] == "validates" and m["text"] is not None]
    if tried:
        return str(tried[-1]["text"])
    if record.outcome.kind != "returned":
        about = record.outcome.error.get("about")
        return about if isinstance(about, str) and record.call.validates else None
    value = record.outcome.value
    if isinstance(value, dict):
        value = value["items"] if value.get("$") == "tuple" else value.get("text")
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    return value if isinstance(value, str) else None


def _text_by_trait(name: str) -> Callable[[Case], bool]:
    holds = _by_trait(name)
    return _text(lambda case, _: holds(case))


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _none_in_text(case: Case, text: str) -> bool:
    """ "None" stands in the text where content is null, or absent, or either."""
    deltas = case.reply.deltas
    either = [str(delta.get("content")) for delta in deltas]
    null = [str(delta.get("content", "")) for delta in deltas]
    absent = [str(delta.get("content", None) or "") if "content" in delta else "None" for delta in deltas]
    return text in ("".join(either), "".join(null), "".join(absent))


def _repeats(case: Case, text: str) -> bool:
    pieces = [p for p in case.reply.pieces if p]
    doubled = "".join(p * 2 for p in pieces)
    growing = "".join("".join(pieces[: i + 1]) for i in range(len(pieces)))
    return bool(pieces) and text in (case.reply.text * 2, doubled, growing)


def _wrongly_decoded(case: Case, text: str) -> bool:
    right = case.reply.text
    guesses = [right.encode().decode("latin-1"), right.encode().decode("cp1252", "replace")]
    return text in guesses


def _torn_characters(case: Case, text: str) -> bool:
    """Right but for characters that were cut: they came out as U+FFFD, or not at all."""
    torn = _torn(case)
    if not torn:
        return False
    rest = re.compile("[" + re.escape("".join(torn)) + "\ufffd]")
    return rest.sub("", text) == rest.sub("", case.reply.text)


def _torn(case: Case) -> set[str]:
    raw, at, torn = b"".join(_reads(case)), 0, set()
    for read in _reads(case)[:-1]:
        at += len(read)
        start = at
        while start > 0 and raw[start] & 0xC0 == 0x80:
            start -= 1
        if start != at:
            width = 2 if raw[start] < 0xE0 else 3 if raw[start] < 0xF0 else 4
            torn.add(raw[start : start + width].decode("utf-8", "ignore"))
    return torn - {""}


def _first_gap(case: Case) -> str:
    """The text before the first delta without content."""
    before = []
    for choice in case.reply.choices:
        if choice is None or not choice["delta"].get("content"):
            break
        before.append(choice["delta"]["content"])
    return "".join(before)


def _gap_after_text(case: Case) -> str:
    """The text before the first delta without content that comes after some text."""
    pieces = case.reply.pieces
    start = next((i for i, piece in enumerate(pieces) if piece), 0)
    end = next((i for i in range(start, len(pieces)) if not pieces[i]), len(pieces))
    return "".join(pieces[start:end])


def _is_early_part(case: Case, text: str) -> bool:
    return case.reply.text.startswith(text)


def _stops_at_gap(case: Case, text: str) -> bool:
    if not _is_early_part(case, text) or case.trait not in ("", "gaps"):
        return False
    if text == "":
        return _first_gap(case) == "" and _reads_on_without_a_gap(case)
    return text in (_first_gap(case), _gap_after_text(case))


def _reads_on_without_a_gap(case: Case) -> bool:
    """Experiment: with text in the very first chunk, does the program get further than that?"""
    record = case.again("no-gap-first", edit=experiments.without_leading_gaps)
    first, second = [piece for piece in record.reply.pieces if piece][:2]
    return (text_made_in(record) or "").startswith(first + second)


def _taken(case: Case, text: str) -> int:
    """How many events it takes to have this beginning of the text."""
    lengths = itertools.accumulate(len(piece) for piece in case.reply.pieces)
    return next((i + 1 for i, length in enumerate(lengths) if length >= len(text)), 0)


def _leaves_early(case: Case, text: str) -> bool:
    """Experiment: the rest is kept back. Does the program end, or close, without waiting for it?"""
    if not _is_early_part(case, text):
        return False
    after = _taken(case, text) + 1  # it may look one event ahead
    return leaves_before(
        case.again(f"rest-kept-back-{after}", keeps_back=lambda reply: min(after, len(reply.events) - 1))
    )


def _validates_on(case: Case, text: str) -> bool:
    """Experiment: the first piece holds the whole object, only spaces follow. Does it go on reading?

    Who has left after so many pieces is content with them; who validates each of them goes on.
    """
    if (
        not case.record.call.validates
        or not text
        or not _is_early_part(case, text)
        or case.record.outcome.kind != "raised"
    ):
        return False
    pieces = [piece for piece in case.reply.pieces if piece]
    taken = sum(1 for i in range(len(pieces)) if len("".join(pieces[: i + 1])) <= len(text))
    record = case.again(
        f"whole-at-once-{taken}", edit=experiments.whole_at_once, keeps_back=lambda reply: max(1, taken)
    )
    return not leaves_before(record)


def _pieces_missing(case: Case, text: str) -> bool:
    """Some pieces are left out whole, the others are there in order."""
    at = 0
    for piece in case.reply.pieces:
        if piece and text.startswith(piece, at):
            at += len(piece)
    return at == len(text)


def _swallowed(case: Case) -> bool:
    """The closer look saw a parser fail on a part of an event, in the learner's own code, and that did not come out."""
    return any(
        note["message"] != case.error_text[:200]
        and (note["type"] == "UnicodeDecodeError" or note["about"].strip() not in ("", DONE))
        for note in case.notes("raised", case.closer)
        if note["about"] is not None and not _is_comment(case, note["about"])
    )


def _from_another_stream(case: Case, text: str) -> bool:
    """Experiment: does a stream with another text give the same answer?"""
    if len(text) < 4:
        return False
    record = case.again("other-salt")
    return record.reply.text != case.reply.text and _mentions(record.outcome.value, text)


def _letters_stripped(case: Case, text: str) -> bool:
    right, pieces = case.reply.text, case.reply.pieces
    guesses = {
        right.replace("data: ", ""),
        right.replace("data:", ""),
        "".join(p.lstrip("data: ") for p in pieces),  # noqa: B005 - the very mistake
        "".join(p.strip("data: ") for p in pieces),  # noqa: B005
        "".join(p.removeprefix("data: ") for p in pieces),
    }
    return text in guesses


TEXTS = (
    Rule("hard-coded", "another stream gives the same text", _text(_from_another_stream)),
    Rule("repeats-text", "each piece is in the text twice", _text(_repeats)),
    Rule("content-missing", "\"None\" stands where content is absent or null", _text(_none_in_text)),
    Rule("reads-message", "with a `message` in the chunk, its text is what comes out", _text(lambda c, t: t == "" and _reads_message(c))),
    Rule("alters-pieces", "only white space differs", _text(lambda c, t: t != "" and _bare(t) == _bare(c.reply.text))),
    Rule("strips-letters", "letters of `data: ` are gone from the text", _text(_letters_stripped)),
    Rule("mojibake", "the text is what UTF-8 looks like read as ISO-8859-1", _text(_wrongly_decoded)),
    Rule("decodes-reads", "only characters that two reads share are broken", _text(_torn_characters)),
    Rule("skips-silently", "pieces are missing, and a parser's exception was swallowed",
         _text(lambda c, t: _pieces_missing(c, t) and _swallowed(c))),
    Rule("reasoning-in-text", "the text holds the reasoning too",
         _text(lambda c, t: bool(c.reply.reasoning) and c.reply.reasoning[:20] in t)),
    Rule("stops-at-empty-content", "the text ends where the first delta without content stands", _text(_stops_at_gap)),
    *(Rule(id, f"the text differs {when}", _text_by_trait(trait)) for trait, id, when in TRAITS),
    Rule("validates-each-piece", "a text was validated, or parsed, though more was to come, and was read", _text(_validates_on)),
    Rule("stops-early", "the program had left before the rest was sent", _text(_leaves_early)),
    Rule("wrong-text", "the text that was put together is another", _text(lambda c, t: True)),
)  # fmt: skip


def _reads_message(case: Case) -> bool:
    """Experiment: chunks that carry a `message` beside their `delta`, as Perplexity's do."""
    record = case.again("message-too", edit=experiments.with_a_message)
    return _mentions(record.outcome.value, experiments.MESSAGE)


def _mentions(value: object, text: str) -> bool:
    if isinstance(value, dict):
        return any(_mentions(item, text) for item in value.values())
    if isinstance(value, list):
        return any(_mentions(item, text) for item in value)
    return isinstance(value, str) and text in value


FINISH = (
    Rule("finish-reason-invented", "it is a finish reason, but not this stream's",
         lambda c: isinstance(c.actual, str) and c.actual != "" and c.actual != "None"),
    Rule("finish-reason-lost", "there was one, and it is not what came back", lambda c: True),
)  # fmt: skip

DELTAS = (Rule("deltas-altered", "the deltas are not those of the wire", lambda c: True),)
