"""Programs that are fed, judged as a check judges them: in a process, by cause, with the smallest stream that goes wrong."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from grader.cases import Example, streams
from grader.checking import Feed, Finding, Lab
from grader.conformance import conforms
from grader.scenario import Call, Reads, Submission
from grader.session import Session
from grader.stream import recut
from grader.stream.fixture import About, Fixture
from grader.verdict import verdicts
from tests import breadth

NOTHING = Fixture("none", b"", About(origin="hand-made", note="a test", dialect="openai"))
TABLE = [
    Example.model_validate({"name": name, "bytes": body, "data": []})
    for name, body in (
        ("one", r"data: <k>\n\n"),
        ("two", r"data: <k>\n\ndata: <l>\n\n"),
        ("lines", r"data: <k>\ndata: <l>\n\n: <m>\n\ndata: <n>\n\n"),
        ("CRLF", r"data: <k>\r\ndata: <l>\r\n\r\n"),
    )
]

PARSER = """
    import codecs, queue, re, threading

    def parse(line, data):
        if line:
            name, _, value = line.partition(":")
            if name == "data":
                data.append(value.removeprefix(" "))
        elif data:
            event = "\\n".join(data)
            data.clear()
            return event

    def lines(reads):
        decoder, rest, cr = codecs.getincrementaldecoder("utf-8")("replace"), "", False
        for read in reads:
            text = decoder.decode(read)
            if text:
                text = text.removeprefix("\\n") if cr else text
                cr = text.endswith("\\r")
                *whole, rest = re.split("\\r\\n|\\n|\\r", rest + text)
                yield from whole
"""
RIGHT = """
    def iter_data(reads):
        data = []
        for line in lines(reads):
            event = parse(line, data)
            if event is not None:
                yield event
"""


def feed(timed: bool = False, table=TABLE) -> Feed:
    return Feed("feed", "", streams=streams((table, lambda body, rng: recut.several(body, rng)), timed=timed))


class Played(Lab):
    """A lab that counts its runs."""

    def __init__(self, session: Session, code: str) -> None:
        source = (textwrap.dedent(PARSER) + textwrap.dedent(code)).encode()
        self.runs = 0
        call = Call("iter_data", (Reads(),))

        def play(scenario, args, trace):
            self.runs += 1
            return session.perform(
                scenario, NOTHING, Submission("learner.py", source, Path("learner.py")), call, seed=3
            )

        super().__init__(play)


def finding(session: Session, code: str, **how) -> Finding:
    lab = Played(session, code)
    with pytest.raises(Finding) as info:
        conforms(lab, feed(**how))
    assert lab.runs <= 16
    return info.value


def passes(session: Session, code: str, **how) -> Played:
    lab = Played(session, code)
    conforms(lab, feed(**how))
    return lab


@pytest.mark.parametrize("timed", [False, True])
def test_who_reads_as_the_standard_says_conforms_in_one_run(session: Session, timed: bool) -> None:
    assert passes(session, RIGHT, timed=timed).runs == 1


THREADED = """
    def iter_data(reads):
        out = queue.Queue({size})
        def work():
            data = []
            for line in lines(reads):
                event = parse(line, data)
                if event is not None:
                    out.put(event)
            out.put(None)
        threading.Thread(target=work, daemon=True).start()
        while (event := out.get()) is not None:
            {nap}
            yield event
"""


@pytest.mark.parametrize(("size", "nap"), [("", "pass"), ("1", "pass"), ("", "__import__('time').sleep(0.01)")])
def test_a_thread_may_read_ahead_of_what_is_given_out(session: Session, size: str, nap: str) -> None:
    """It asks for the next read before the event is out, and the event needs nothing of it: that is no delay."""
    assert passes(session, THREADED.format(size=size, nap=nap), timed=True, table=TABLE[:3]).runs == 1


def test_a_thread_does_not_excuse_who_waits_for_the_end(session: Session) -> None:
    code = """
        def iter_data(reads):
            found = []
            def work():
                data = []
                found.extend(e for line in lines(reads) if (e := parse(line, data)) is not None)
            worker = threading.Thread(target=work)
            worker.start()
            worker.join()
            yield from found
    """
    found = finding(session, code, timed=True)
    assert found.case.symptom == "late"
    assert "once read 1 has been taken" in found.case.expected


def test_a_thread_that_outlives_its_stream_gets_nothing_of_the_next(session: Session) -> None:
    code = """
        import itertools
        def iter_data(reads):
            def drain():
                for read in reads: pass
            data = []
            for line in lines(itertools.islice(reads, 4)):
                event = parse(line, data)
                if event is not None: yield event
            threading.Thread(target=drain, daemon=True).start()
    """
    record = Played(session, code).record(feed(timed=True))
    found = [v for v in verdicts(record) if len(v.stream.reads) <= 4]
    assert len(found) > 10
    assert {v.fault for v in found} == {""}


# -- what a call leaves behind -------------------------------------------------------------------------------------


def test_what_stands_at_the_top_of_the_file_may_remember_an_earlier_stream(session: Session) -> None:
    """Each run is a fresh process, says the contract: a script that is made for one stream is right."""
    code = """
        data = ["left over"]
        first = True
        def iter_data(reads):
            global first
            if first: data.clear()
            first = False
            for line in lines(reads):
                event = parse(line, data)
                if event is not None: yield event
            data.append("left over")
    """
    assert passes(session, code).runs == 3  # together; one of them alone; all, with the file run again for each


def test_what_a_library_remembers_fails_nobody_either(session: Session) -> None:
    code = """
        import os
        def iter_data(reads):
            data = []
            if "CALLED" in os.environ: data.append("left over")
            os.environ["CALLED"] = "1"
            for line in lines(reads):
                event = parse(line, data)
                if event is not None: yield event
    """
    passes(session, code)


def test_a_mistake_is_found_behind_what_is_remembered(session: Session) -> None:
    code = """
        import os
        def iter_data(reads):
            data = []
            if "CALLED" in os.environ: data.append("left over")
            os.environ["CALLED"] = "1"
            for line in lines(reads):
                if line.startswith(":"): line = ""
                event = parse(line, data)
                if event is not None: yield event.replace("\\n", "")
    """
    lab = Played(session, code)
    with pytest.raises(Finding) as info:
        conforms(lab, feed())
    assert "left over" not in str(info.value.case.actual)


# -- the smallest that goes wrong -------------------------------------------------------------------------------------


def test_a_phantom_blank_line_is_shown_by_one_cut_and_explained(session: Session) -> None:
    code = (
        RIGHT.replace("lines(reads)", "phantom(reads)")
        + """
    def phantom(reads):
        decoder, rest = codecs.getincrementaldecoder("utf-8")("replace"), ""
        for read in reads:
            *whole, rest = re.split("\\r\\n|\\n|\\r", rest + decoder.decode(read))
            yield from whole
    """
    )
    case = finding(session, code).case
    assert case.facts["explained"] == {"a CRLF in two reads is two line ends"}
    assert case.facts["features"] == {"a CRLF in two reads", "CRLF line ends", "several data lines in an event",
                                      "reads that are not events"}  # fmt: skip
    title, line, caret = case.given.split("\n")
    assert title == "“CRLF”, made as small as it still goes wrong:"
    assert line.count("|") == 1
    assert line[caret.index("^")] == "|"
    assert case.expected == ["\n".join(case.actual)]
    assert len(case.record.fed) == 1


def test_shrinking_does_not_slide_to_another_mistake(session: Session) -> None:
    """This one stumbles over comments, and over data of one letter, which it is never given as it is."""
    code = """
        def iter_data(reads):
            data = []
            for line in lines(reads):
                if line.startswith(":"): raise KeyError("comment")
                if len(line) == 7: raise ValueError("short")
                event = parse(line, data)
                if event is not None: yield event
    """
    case = finding(session, code).case
    assert (case.symptom, case.error_type) == ("ending", "KeyError")
    assert ":" in case.given


@breadth.mark
def test_a_program_that_hangs_on_smaller_streams_is_not_tried_again_and_again(session: Session) -> None:
    code = """
        def iter_data(reads):
            data = []
            for line in lines(reads):
                while line == "data: x" or len(line) == 7: pass
                if line.startswith(":"): line = ""
                event = parse(line, data)
                if event is not None: yield event + "!" * (": " in event or len(data))
            yield "more"
    """
    lab = Played(session, code)
    with pytest.raises(Finding):
        conforms(lab, feed())
    assert lab.runs <= 6


def test_a_stream_that_ends_the_process_is_named_and_not_made_smaller(session: Session) -> None:
    code = """
        import os
        def iter_data(reads):
            data = []
            for line in lines(reads):
                if line.startswith(":"): os._exit(3)
                event = parse(line, data)
                if event is not None: yield event
    """
    lab = Played(session, code)
    with pytest.raises(Finding) as info:
        conforms(lab, feed())
    assert info.value.case.symptom == "ending"
    assert info.value.case.given.startswith("“lines”")
    assert lab.runs == 2


@pytest.mark.parametrize(
    ("code", "symptom", "field"),
    [
        ("def iter_data(reads): raise NotImplementedError", "start", ""),
        ("def iter_data(reads):\n        yield from reads\n        raise NotImplementedError", "type", "item"),
        ("def iter_data(reads): return None", "type", "field"),
        ("def iter_data(reads): return 'data'", "type", "field"),
        ("async def iter_data(reads): yield 'x'", "type", "field"),
        ("async def iter_data(reads): return []", "type", "field"),
        ("def iter_data(): pass", "start", ""),
        ("x = 1", "start", ""),
        ("def iter_data(reads) pass", "start", ""),
        ("def iter_data(reads): return 1 / 0", "ending", "ending"),
    ],
)
def test_what_is_no_iterator_of_texts_is_told_as_what_it_is(
    session: Session, code: str, symptom: str, field: str
) -> None:
    case = finding(session, code).case
    assert (case.symptom, case.field) == (symptom, field if field != "field" else "type")


def test_a_list_is_right_and_late(session: Session) -> None:
    code = RIGHT.replace("iter_data", "events") + "\n    def iter_data(reads): return list(events(reads))\n"
    passes(session, code)
    assert finding(session, code, timed=True).case.symptom == "late"


def test_the_same_seed_shows_the_same_stream(session: Session) -> None:
    code = "def iter_data(reads): return []"
    assert finding(session, code).case.given == finding(session, code).case.given
