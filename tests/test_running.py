"""What a run does beyond replaying: it settles, is silent, answers what is asked, and feeds an iterator."""

from __future__ import annotations

import asyncio
import os
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader import running
from grader.jail.spec import Limits, Spec
from grader.running import Record, perform
from grader.scenario import Asks, Call, Feed, Reads, Scenario, Stream, Submission
from grader.session import Session
from grader.stream.body import Part
from grader.stream.fixture import About, Fixture
from grader.stream.script import End, Finish, Linger, Pause, Script, Send, Settle, script

EVENT = 'data: {"choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}]}\n\n'
BODY = "".join(EVENT % word for word in (" alpha", " bravo", " gamma", " delta")) + "data: [DONE]\n\n"
FIXTURE = Fixture("words", BODY.encode(), About(origin="hand-made", note="a test", dialect="openai"))
NOTHING = Fixture("none", b"", About(origin="hand-made", note="a test", dialect="openai"))

READER = """
    import json, os, time, requests

    def lines(timeout=60):
        response = requests.post(
            os.environ["OPENAI_BASE_URL"] + "/chat/completions",
            json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": "x"}], "stream": True},
            headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}, stream=True, timeout=timeout)
        for line in response.iter_lines():
            if line.startswith(b"data: ") and line != b"data: [DONE]":
                yield json.loads(line[6:])["choices"][0]["delta"]["content"]
"""


def play(session: Session, code: str, scenario: Scenario, *args: Any, trace: bool = False) -> Record:
    source = (textwrap.dedent(READER) + textwrap.dedent(code)).encode()
    first: tuple[Any, ...] = (Reads(),) if isinstance(scenario, Feed) else ("a prompt",)
    call = Call("answer", (*first, *args), given="Given")
    fixture = NOTHING if isinstance(scenario, Feed) else FIXTURE
    return session.perform(
        scenario, fixture, Submission("learner.py", source, Path("learner.py")), call, seed=3, trace=trace
    )


def sends(parts: Sequence[Part], reads: Sequence[int]) -> list[Send]:
    return [step for step in script(parts, reads, hold=False) if isinstance(step, Send)]


def named(record: Record, kind: Any, fact: str) -> list[Any]:
    return [moment[fact] for moment in record.timeline.of(kind)]


# -- settling ------------------------------------------------------------------------------------------------------


def reset_after_two(parts: Sequence[Part], reads: Sequence[int]) -> Script:
    first, second, *_ = sends(parts, reads)
    return (first, second, Settle(), End("reset"))


@pytest.mark.parametrize("nap", ["0", "0.2"])
def test_what_was_sent_before_a_reset_has_been_read_when_the_program_settles(session: Session, nap: str) -> None:
    """A reset discards what lies unread in the client's kernel, so without settling this would be a race."""
    code = f"""
        def answer(prompt):
            got = []
            try:
                for piece in lines():
                    time.sleep({nap})
                    got.append(piece)
            except requests.exceptions.RequestException as error:
                return [got, type(error).__name__]
        """
    record = play(session, code, Scenario("reset", "", "words", play=reset_after_two))
    assert record.outcome.value == [[*record.reply.pieces[:2]], "ChunkedEncodingError"]
    assert named(record, "settled", "how") == ["idle"]


def test_settling_lasts_at_least_as_long_as_it_is_told_to(session: Session) -> None:
    def wait(parts: Sequence[Part], reads: Sequence[int]) -> Script:
        first, *rest = sends(parts, reads)
        return (first, Settle(at_least_s=0.4, as_run=1.0), *rest, Finish())

    record = play(session, "def answer(prompt): return list(lines())", Scenario("wait", "", "words", play=wait))
    settle, write = record.timeline.first("settle"), list(record.timeline.of("write"))[1]
    assert settle is not None
    assert write.at - settle.at >= max(0.4, record.request.at)


def test_what_comes_before_the_headers_is_waited_for_by_blocking_requests_too(session: Session) -> None:
    code = """
        def answer(prompt):
            body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": "x"}]}
            key = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
            url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
            started = time.monotonic()
            answer = requests.post(url, json=body, headers=key).json()
            return time.monotonic() - started, answer["choices"][0]["message"]["content"]
        """
    record = play(session, code, Scenario("held", "", "words", before=(Settle(at_least_s=0.3),)))
    taken, text = record.outcome.value["items"]
    assert taken >= 0.3
    assert text == record.salted.reply.text


def held_after_two(hold: Settle) -> Scenario:
    def play(parts: Sequence[Part], reads: Sequence[int]) -> Script:
        first, second, *rest = sends(parts, reads)
        return (first, second, hold, *rest, Finish())

    return Scenario("held", "", "words", play=play)


def test_what_the_program_did_before_it_came_to_rest_it_did_before_that_moment(session: Session) -> None:
    """Its own clock, which the judge shares, says so: the moment proves when what was sent had been dealt with."""
    code = """
        def answer(prompt):
            return [time.monotonic() for piece in lines()]
        """
    record = play(session, code, held_after_two(Settle()))
    sent = [moment.at for moment in record.timeline.of("write")]
    (since,) = named(record, "settled", "since")
    read = [at - record.timeline.started for at in record.outcome.value]
    assert sent[0] <= read[0] <= since
    assert sent[1] <= read[1] <= since
    assert since < sent[2] <= read[2]


def test_a_program_that_wakes_up_again_and_again_is_dozing_and_looked_at_only_so_often(session: Session) -> None:
    code = """
        import threading
        def answer(prompt):
            over = threading.Event()
            def dots():
                while not over.wait(0.05): pass
            threading.Thread(target=dots).start()
            got = list(lines())
            over.set()
            return got
        """
    record = play(session, code, held_after_two(Settle(looks=20)))
    settle, settled = record.timeline.first("settle"), record.timeline.first("settled")
    assert settle is not None
    assert settled is not None
    assert (settled["how"], settled["since"]) == ("dozing", None)
    assert record.outcome.value == [*record.reply.pieces[:4]]


def test_a_wait_is_given_up_in_time_for_clients_that_have_a_limit_of_their_own(session: Session) -> None:
    code = """
        import threading
        def answer(prompt):
            over = threading.Event()
            threading.Thread(target=lambda: [None for _ in iter(lambda: over.wait(0.02), True)]).start()
            got = list(lines())
            over.set()
            return got
        """
    lasted = []
    for hold in (Settle(as_run=99.0, at_most_s=0.3), Settle()):
        record = play(session, code, held_after_two(hold))
        settle, write = record.timeline.first("settle"), list(record.timeline.of("write"))[2]
        assert settle is not None
        assert named(record, "settled", "since") == [None]
        lasted.append(write.at - settle.at)
    assert 0.3 <= lasted[0] < lasted[1]


def test_a_program_that_waits_through_a_long_hold_is_not_stuck(session: Session) -> None:
    record = play(session, "def answer(prompt): return list(lines())", held_after_two(Settle(at_least_s=1.8)))
    assert record.outcome.value == [*record.reply.pieces[:4]]


def test_the_time_that_the_server_keeps_a_program_waiting_is_not_held_against_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = running._spec

    def hurried(*args: Any, **kwargs: Any) -> Spec:
        return replace(made(*args, **kwargs), limits=Limits(wall_s=1.5))

    monkeypatch.setattr(running, "_spec", hurried)
    code = """
        import threading
        def answer(prompt):
            over = threading.Event()
            threading.Thread(target=lambda: [None for _ in iter(lambda: over.wait(0.02), True)]).start()
            got = list(lines())
            over.set()
            return got
        """
    record = play(session, code, held_after_two(Settle(at_least_s=2.5, looks=20)))
    assert record.outcome.value == [*record.reply.pieces[:4]]
    record = play(session, "def answer(prompt):\n    while True: time.sleep(0.02)", Scenario("plain", "", "words"))
    assert record.outcome.kind == "slow"


def test_the_word_is_given_when_the_function_is_over_though_its_process_goes_on(session: Session) -> None:
    code = """
        import threading
        def answer(prompt):
            got = list(lines())
            threading.Timer(0.6, print, ["later"]).start()
            return got
        """
    record = play(session, code, Scenario("plain", "", "words"))
    word, outcome = record.timeline.first("word"), record.timeline.first("outcome")
    assert word is not None
    assert outcome is not None
    assert outcome.at - word.at > 0.4


# -- notes -----------------------------------------------------------------------------------------------------------


def test_a_clock_that_counts_processor_time_is_noted_once(session: Session) -> None:
    code = """
        from time import process_time as now
        def answer(prompt): return len(list(lines())) + int(now()) + int(now()) + int(time.perf_counter() < 0)
        """
    record = play(session, code, Scenario("plain", "", "words"))
    assert [note["name"] for note in record.timeline.of("note") if note["what"] == "cpu-clock"] == ["process_time"]
    assert record.outcome.value == 4


def test_the_closer_look_notes_when_the_learners_file_reads_a_clock(session: Session) -> None:
    code = """
        from datetime import datetime
        from time import perf_counter as now
        def answer(prompt):
            readings = [now()]
            list(lines())
            return [*readings, datetime.now().year, now()]
        """
    for trace, expected in ((False, []), (True, ["perf_counter", "now", "perf_counter"])):
        record = play(session, code, Scenario("plain", "", "words"), trace=trace)
        notes = [note for note in record.timeline.of("note") if note["what"] == "clock"]
        assert [note["name"] for note in notes] == expected
        first, _, last = record.outcome.value
        if trace:
            assert notes[0].at <= first - record.timeline.started <= notes[1].at
            assert notes[2].at <= last - record.timeline.started


# -- silence -------------------------------------------------------------------------------------------------------


def silent_after_one(parts: Sequence[Part], reads: Sequence[int]) -> Script:
    first, *rest = sends(parts, reads)
    return (first, Linger(patience_s=0.3), *rest, Finish())


@pytest.mark.parametrize(("timeout", "why"), [("0.3", "closed"), ("60", "idle"), ("3", "idle"), ("None", "idle")])
def test_silence_lasts_until_the_program_leaves_or_is_seen_to_wait_longer_than_it_should(
    session: Session, timeout: str, why: str
) -> None:
    code = f"""
        def answer(prompt):
            got = []
            try:
                for piece in lines({timeout}):
                    got.append(piece)
            except requests.exceptions.RequestException:
                pass
            return got
        """
    record = play(session, code, Scenario("silence", "", "words", play=silent_after_one))
    assert len(record.outcome.value) == (1 if why == "closed" else 4)
    left = "closed" if named(record, "unlinger", "why") != ["idle"] else "idle"
    assert left == why


UNSEEN = {
    "an alarm": "signal.setitimer(signal.ITIMER_REAL, 0.3)",
    "the socket's own": "sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 0, 300_000))",
}


@pytest.mark.parametrize("limit", UNSEEN.values(), ids=UNSEEN.keys())
def test_a_time_limit_that_cannot_be_seen_is_given_the_time(session: Session, limit: str) -> None:
    """Such a program looks as if it waited for ever."""
    code = f"""
        import signal, socket, struct
        def wake_up(number, frame): raise TimeoutError
        def answer(prompt):
            host, slash, path = os.environ["OPENAI_BASE_URL"].removeprefix("http://").partition("/")
            body = json.dumps({{"model": os.environ["MODEL"], "messages": [{{"role": "user", "content": "x"}}], "stream": True}})
            lines = [f"POST /{{path}}/chat/completions HTTP/1.1", f"Host: {{host}}", f"Content-Length: {{len(body)}}",
                     "Authorization: Bearer " + os.environ["OPENAI_API_KEY"], "", body]
            signal.signal(signal.SIGALRM, wake_up)
            raw = b""
            with socket.create_connection(host.split(":")) as sock:
                sock.sendall("\\r\\n".join(lines).encode())
                try:
                    while True:
                        {limit}
                        raw += sock.recv(65536)
                except (TimeoutError, BlockingIOError):
                    return raw.count(b"data: ")
        """
    record = play(session, code, Scenario("silence", "", "words", play=silent_after_one))
    assert record.outcome.value == 1
    assert "idle" not in named(record, "unlinger", "why")


def test_a_program_that_waits_on_is_asked_for_its_time_limit(session: Session) -> None:
    for timeout, limit in (("60", 60.0), ("None", None)):
        code = f"def answer(prompt): return list(lines({timeout}))"
        record = play(session, code, Scenario("silence", "", "words", play=silent_after_one))
        assert named(record, "unlinger", "limit_s") == [limit]


def test_a_program_that_spins_settles_too(session: Session) -> None:
    code = """
        import threading
        def answer(prompt):
            got, ended = [], []
            def read():
                try:
                    for piece in lines(): got.append(piece)
                except requests.exceptions.RequestException as error:
                    ended.append(type(error).__name__)
            threading.Thread(target=read).start()
            while not ended: pass
            return [got, *ended]
        """
    record = play(session, code, Scenario("reset", "", "words", play=reset_after_two))
    assert record.outcome.value == [[*record.reply.pieces[:2]], "ChunkedEncodingError"]
    assert named(record, "settled", "how") == ["worn"]


# -- pauses --------------------------------------------------------------------------------------------------------


def test_a_program_that_waits_through_a_pause_is_not_stuck(session: Session) -> None:
    def pause(parts: Sequence[Part], reads: Sequence[int]) -> Script:
        first, *rest = sends(parts, reads)
        return (first, Pause(2.0), *rest, Finish())

    record = play(session, "def answer(prompt): return list(lines(None))", Scenario("pause", "", "words", play=pause))
    assert record.outcome.value == list(record.reply.pieces[:4])


# -- asking again and again -----------------------------------------------------------------------------------------


def test_who_asks_again_and_again_is_ended(session: Session) -> None:
    code = """
        def answer(prompt):
            while True: list(lines())
        """
    record = play(session, code, Scenario("plain", "", "words", hold=False))
    assert record.outcome.kind == "slow"
    assert len(named(record, "request", "path")) > 30


# -- asking --------------------------------------------------------------------------------------------------------

ALLOWED = Scenario("allowed", "", "words", judge=lambda reply: lambda text: text != reply.text)


def test_an_argument_asks_the_judge_about_a_text(session: Session) -> None:
    code = """
        def answer(prompt, allowed):
            text = "".join(lines())
            print("before", flush=True)
            return [allowed(text), allowed("another"), allowed.__name__]
        """
    record = play(session, code, ALLOWED, Asks("allowed"))
    assert record.outcome.value == [False, True, "allowed"]
    assert named(record, "ask", "about") == [record.reply.text, "another"]
    assert named(record, "ask", "answer") == [False, True]
    order = [moment.kind for moment in record.timeline.moments if moment.kind in ("stdout", "ask")]
    assert order == ["stdout", "ask", "ask"], "what was shown before the question stands before it"


def test_asking_works_from_several_threads_and_about_long_texts(session: Session) -> None:
    code = """
        from concurrent.futures import ThreadPoolExecutor
        def answer(prompt, allowed):
            list(lines())
            with ThreadPoolExecutor(4) as pool:
                return list(pool.map(allowed, ["é" * 50_000 + str(n) for n in range(20)]))
        """
    record = play(session, code, ALLOWED, Asks("allowed"))
    assert record.outcome.value == [True] * 20
    assert len(set(named(record, "ask", "about"))) == 20


@pytest.mark.parametrize("nap", ["0", "0.01"])
def test_an_answer_waits_for_what_other_threads_show_meanwhile(session: Session, nap: str) -> None:
    """Else it would be a race whether that is on the screen before the answer."""
    code = f"""
        import threading
        def answer(prompt, allowed):
            text = "".join(lines())
            def show():
                for word in text.split():
                    time.sleep({nap})
                    print(word, flush=True)
            thread = threading.Thread(target=show)
            thread.start()
            verdict = allowed(text)
            thread.join()
            return verdict
        """
    record = play(session, code, ALLOWED, Asks("allowed"))
    asked = next(i for i, moment in enumerate(record.timeline.moments) if moment.kind == "ask")
    before = b"".join(moment["data"] for moment in record.timeline.moments[:asked] if moment.kind == "stdout")
    assert before.decode().split() == record.reply.text.split()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no children without fork")
def test_an_answer_waits_for_what_children_show_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    code = """
        import ctypes, os
        fork = ctypes.PyDLL(None).fork  # Python's own is refused
        def answer(prompt, allowed):
            fork() or os._exit(0 * os.write(1, b"shown"))
            return allowed("x")
        """
    monkeypatch.setenv("GRADER_ISOLATION", "separate")  # where the kernel would refuse there are no children
    with Session([]) as unconfined:
        record = play(unconfined, code, ALLOWED, Asks("allowed"))
    assert [moment.kind for moment in record.timeline.of("stdout", "ask")] == ["stdout", "ask"]


def test_an_answer_does_not_wait_for_a_thread_that_only_ticks(session: Session) -> None:
    code = """
        import threading
        def answer(prompt, allowed):
            stop = threading.Event()
            def tick():
                while not stop.wait(0.005):
                    pass
            thread = threading.Thread(target=tick)
            thread.start()
            verdict = allowed("x")
            stop.set()
            thread.join()
            return verdict
        """
    assert play(session, code, ALLOWED, Asks("allowed")).outcome.value is True


def test_what_is_no_text_is_the_learner_s_mistake(session: Session) -> None:
    record = play(session, "def answer(prompt, allowed): return allowed(['a'])", ALLOWED, Asks("allowed"))
    assert record.outcome.error["type"] == "TypeError"
    assert record.outcome.error["message"] == "allowed() takes a text (str), not list"


class LateNews:
    """A jail that tells late that a run was started."""

    def __init__(self, jail: Any) -> None:
        self._jail, self.drops = jail, jail.drops

    async def run(self, *args: Any) -> Any:
        process = await self._jail.run(*args)
        await asyncio.sleep(0.3)
        return process


def test_who_asks_before_the_judge_knows_that_it_was_started_is_answered(session: Session) -> None:
    source = b"def answer(prompt, allowed): return allowed('x')"
    call = Call("answer", ("a prompt", Asks("allowed")))
    submission = Submission("learner.py", source, Path("learner.py"))
    jail: Any = LateNews(session._cells[0].jail)
    run = perform(ALLOWED, FIXTURE, submission, call, seed=3, jail=jail)
    record = asyncio.run_coroutine_threadsafe(run, session._loop).result(60)
    assert record.outcome.value is True


# -- the given exception -------------------------------------------------------------------------------------------


def test_an_exception_of_the_given_class_comes_with_what_it_holds(session: Session) -> None:
    code = """
        class Given(Exception):
            def __init__(self, text=""):
                super().__init__(text)
                self.text = text
        class Mine(Given): pass
        def answer(prompt): raise Mine("so far")
        """
    error = play(session, code, Scenario("x", "", "words")).outcome.error
    assert (error["type"], error["held"]) == ("Mine", {"text": "so far"})


def test_another_exception_holds_nothing(session: Session) -> None:
    error = play(session, "def answer(prompt): raise ValueError('so far')", Scenario("x", "", "words")).outcome.error
    assert error["held"] is None


# -- feeding -------------------------------------------------------------------------------------------------------

STREAMS = Feed(
    "feed",
    "",
    streams=lambda seed: (
        Stream("a", (b"1", b"", b"22"), due=(1, 2, 3)),
        Stream("b", (), due=()),
        Stream("c", (b"x" * 2**20,), due=(1,)),
    ),
)


def test_a_feed_hands_out_a_read_only_when_it_is_asked_for(session: Session) -> None:
    code = """
        def answer(reads):
            for read in reads:
                yield f"got {len(read)}"
        """
    record = play(session, code, STREAMS)
    came = [[[], ["got 1"], ["got 0"], ["got 2"], []], [[], []], [[], ["got 1048576"], []]]
    assert [fed.came for fed in record.fed] == came
    assert all(fed.ended and fed.told_the_end for fed in record.fed)
    assert record.outcome.kind == "returned"


def test_who_gathers_all_of_it_first_is_seen_to(session: Session) -> None:
    record = play(session, "def answer(reads): return [len(read) for read in reads]", STREAMS)
    assert record.fed[0].came == [[], [], [], [], [1, 0, 2]]


def test_one_stream_that_raises_does_not_spoil_the_next(session: Session) -> None:
    code = """
        def answer(reads):
            for read in reads:
                yield len(read)
                if len(read) == 2: raise KeyError("two")
        """
    record = play(session, code, STREAMS)
    assert [fed.error["type"] if fed.error else None for fed in record.fed] == ["KeyError", None, None]
    assert record.fed[0].data == [1, 0, 2]
    assert record.fed[2].data == [2**20]


def test_what_cannot_be_iterated_is_a_type_error_of_that_stream(session: Session) -> None:
    record = play(session, "def answer(reads): return None", STREAMS)
    assert [fed.unfit for fed in record.fed] == [{"value": None}] * 3


def test_an_iterator_that_never_ends_is_ended(session: Session) -> None:
    code = """
        def answer(reads):
            while True: yield "again" * 1000
        """
    record = play(session, code, STREAMS)
    assert record.outcome.kind == "killed"
