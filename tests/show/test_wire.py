"""A run's timeline as data: nothing that a picture needs is lost, and nothing is left out silently."""

from __future__ import annotations

import itertools
import json
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from grader.outcome import Outcome
from grader.session import Session
from grader.show.wire import MAX_ENTRIES, NEAR, Stream, timeline_of
from grader.stream.body import event_ends, parts
from grader.stream.reply import of_events
from grader.timeline import Timeline
from tests import corpus


def body(*texts: str, end: str = "\n\n") -> bytes:
    chunks = [json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}, ensure_ascii=False) for text in texts]
    return "".join(f"data: {data}{end}" for data in [*chunks, "[DONE]"]).encode()


def played(raw: bytes):
    found = parts(raw)
    return SimpleNamespace(parts=found, reply=of_events(part.data for part in found))


def record(timeline: Timeline, raw: bytes = body("a"), outcome: Outcome | None = None):
    outcome = outcome or Outcome("returned", value="v")
    return SimpleNamespace(timeline=timeline, played=[played(raw)], outcome=outcome, fed=[])


def sent_in(raw: bytes, offsets: list[int]) -> list[dict]:
    stream, ends = Stream(played(raw)), event_ends(parts(raw))
    edges = [0, *sorted({o for o in offsets if 0 < o < len(raw)}), len(raw)]
    return [
        {"data": raw[a:b], **stream.write(raw[a:b], sum(end <= b for end in ends))}
        for a, b in itertools.pairwise(edges)
    ]


BODIES = st.builds(
    body,
    st.text(max_size=9),
    st.text(max_size=9),
    end=st.sampled_from(["\n\n", "\r\n\r\n", "\n: hi\n\n", "\n\n: x\n\n"]),
)


@given(BODIES, st.lists(st.integers(0, 400)))
def test_a_cut_is_told_on_both_sides_and_each_event_is_in_one_write(raw: bytes, offsets: list[int]) -> None:
    writes = sent_in(raw, offsets)
    labels = [label for one in writes for label in one["labels"]]
    assert len(labels) == len(event_ends(parts(raw)))
    assert "head" not in writes[0]
    assert "tail" not in writes[-1]
    for before, after in itertools.pairwise(writes):
        assert ("tail" in before) == ("head" in after)


@given(BODIES, st.integers(1, 200))
def test_the_bytes_at_a_cut_are_the_exact_ones(raw: bytes, offset: int) -> None:
    writes = sent_in(raw, [offset])
    if len(writes) == 2 and "tail" in writes[0]:
        tail, head = writes[0]["tail"], writes[1]["head"]
        assert len(tail.encode("utf-8", "backslashreplace")) >= min(NEAR, offset) - 3
        for told, data in ((tail, raw[max(0, offset - NEAR) : offset]), (head, raw[offset : offset + NEAR])):
            plain = [chr(byte) for byte in data if 0x20 < byte < 0x7F]
            assert all(char in told for char in plain)


def test_half_a_character_is_shown_as_the_bytes_that_it_is() -> None:
    raw = body("né")
    at = raw.index("é".encode()) + 1
    before, after = sent_in(raw, [at])
    assert before["tail"].endswith('"n\\xc3')
    assert after["head"].startswith('\\xa9"')
    assert before["inside"] == '"né"'
    assert (before["labels"], after["labels"][0]) == ([], '"né"')


def test_cr_and_lf_may_be_apart() -> None:
    raw = body("a", end="\r\n\r\n")
    before, after = sent_in(raw, [raw.index(b"\r\n\r\n") + 3])
    assert (before["tail"][-6:], after["head"][:2]) == ("\\r\\n\\r", "\\n")


def test_each_request_has_the_labels_of_its_own_stream() -> None:
    timeline = Timeline()
    for _ in range(2):
        timeline.log("request", method="POST", path="/", headers={}, body=b"{}", status=200)
        timeline.log("headers", status=200)
        timeline.log("write", data=body("x"), events=2)
    run = record(timeline)
    run.played = [played(body("one")), played(body("two"))]
    assert [e["labels"] for e in timeline_of(run) if e["kind"] == "write"] == [['"one"', "[DONE]"], ['"two"', "[DONE]"]]


def test_an_answer_that_is_no_stream_has_no_labels() -> None:
    timeline = Timeline()
    timeline.log("request", method="POST", path="/", headers={}, body=b"{}", status=404)
    timeline.log("write", data=b'{"error": {}}', events=0)
    assert "labels" not in timeline_of(record(timeline))[1]


def test_a_long_run_keeps_its_beginning_and_its_end_and_says_how_much_is_left_out() -> None:
    timeline = Timeline()
    for i in range(1000):
        timeline.log("stdout", data=str(i).encode())
    timeline.log("outcome", what="returned")
    entries = timeline_of(record(timeline))
    assert len(entries) == MAX_ENTRIES
    assert (entries[0]["text"], entries[-1]["kind"]) == ("0", "outcome")
    left_out = next(entry for entry in entries if entry["kind"] == "left-out")
    assert left_out["count"] + len(entries) - 1 == 1001


def test_what_was_written_is_told_only_where_the_server_waited_for_it_in_vain() -> None:
    def kept(*kinds: str) -> list[str]:
        timeline = Timeline()
        for kind in kinds:
            facts = (
                {"what": "wrote", "text": "x"}
                if kind == "note"
                else {"data": b"x"}
                if kind == "stdout"
                else {"events": 1}
            )
            timeline.log(kind, **facts)
        return [entry["text"] for entry in timeline_of(record(timeline)) if entry["kind"] == "note"]

    assert kept("note", "note", "missed") == ["xx"]
    assert kept("note", "missed", "note", "stdout") == ["x"]
    assert kept("note", "stdout", "missed") == []
    assert kept("note", "note") == []


def test_an_exception_comes_with_its_line() -> None:
    timeline = Timeline()
    timeline.log("outcome", what="raised")
    error = {"type": "KeyError", "message": "'x'\x1b", "frames": [{"line": 3}, {"line": 9, "source": "d['x']"}]}
    assert timeline_of(record(timeline, outcome=Outcome("raised", error=error)))[0] | {"at": 0} == {
        "at": 0, "kind": "outcome", "what": "raised", "type": "KeyError", "message": "'x'\\u001b", "line": 9, "source": "d['x']",
    }  # fmt: skip


def test_questions_values_and_reads_keep_what_was_said() -> None:
    timeline = Timeline()
    timeline.log("ask", what="holds", about={"a": [1]}, answer=True)
    timeline.log("read", data=b"\xff\n")
    timeline.log("read", data=None)
    timeline.log("data", value={"b": "\x00"})
    timeline.log("data", value="")
    ask, read, end, data, empty = timeline_of(record(timeline))
    assert empty["value"] == '""'
    assert (ask["about"], ask["answer"]) == ('{"a": [1]}', True)
    assert (read["text"], read["size"]) == ("\\xff\\n", 2)
    assert "text" not in end
    assert data["value"] == '{"b": "\\u0000"}'


def test_of_many_streams_the_first_are_shown_and_the_only_one_is_the_run() -> None:
    def entries(streams: int) -> list[dict]:
        timeline = Timeline()
        for number in range(streams):
            timeline.log("stream", name=f"case {number}")
            timeline.log("read", data=b"x")
            timeline.log("data", value="x", reads=1)
        fed = record(timeline)
        fed.fed = list(range(streams))
        return timeline_of(fed)

    assert [entry["kind"] for entry in entries(1)] == ["read", "data"]
    many = entries(50)
    assert len(many) == 60
    assert many[0]["name"] == "case 0"
    assert [entry["count"] for entry in many if entry["kind"] == "left-out"] == [50 * 3 - 59]


def test_a_real_crash_says_where(session: Session) -> None:
    wrong = corpus.SUBMISSIONS / "01-inspect-a-chunk" / "wrong" / "crashed--division-by-zero.py"
    challenge = corpus.graded(session, corpus.Case("01-inspect-a-chunk", wrong, "crashed"), 7)
    outcome = challenge.runs[0].timeline["events"][-1]
    assert (outcome["kind"], outcome["type"]) == ("outcome", "ZeroDivisionError")
    assert "/" in wrong.read_text().splitlines()[outcome["line"] - 1]


def test_a_comment_that_keeps_the_line_awake_tears_no_event() -> None:
    raw = body("a", "b")
    first = event_ends(parts(raw))[0]
    stream = Stream(played(raw))
    told = [stream.write(raw[:first], 1), stream.write(b": keep-alive\n\n", 1), stream.write(raw[first:], 3)]
    assert told == [{"labels": ['"a"']}, {"labels": []}, {"labels": ['"b"', "[DONE]"]}]
