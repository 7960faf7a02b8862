"""In-process replay beside the real server: the same bytes, moments and exceptions, and what it says it cannot judge."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from stage import BODY, KEY, MODEL, PREFIX, USAGE, Stage, ask, asking, fixture, one_event_a_write

from grader.replay.inprocess import InProcess
from grader.replay.pulled import SHOWING, STAYING_OPEN, TIMES
from grader.scenario import Call, Scenario, Settings, Submission
from grader.session import Session
from grader.stream import cut, faults
from grader.stream.body import join
from grader.stream.fixture import load
from grader.stream.reply import Reply
from grader.stream.salt import Salted
from grader.stream.script import End, Finish, Linger, Pause, Script, Send, script
from grader.stream.sse import decode
from tests import breadth
from tests.stream.chats import KIT

ROOT = Path(__file__).parents[2]
SETTINGS = Settings(KEY, MODEL, PREFIX)
CUTS = [cut.one_event_a_read, cut.several_events_a_read, cut.inside_a_line, cut.inside_a_character, cut.at_random]
Play = Callable[[Salted], Script]


def within(play: Play = one_event_a_write, stage: Stage | None = None, **more: Any) -> InProcess:
    """What a stage replays, in this process."""
    return InProcess(stage.salted if stage else fixture(), SETTINGS, play=play, **more)


def url() -> str:
    return f"{os.environ['OPENAI_BASE_URL']}/chat/completions"


def auth() -> dict[str, str]:
    return {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}


# -- what clients read ----------------------------------------------------------------------------------------------


def chunks_of_requests(wanted: dict[str, Any]) -> list[bytes]:
    return list(requests.post(url(), headers=auth(), json=wanted, stream=True).raw.read_chunked())


def chunks_of_httpx2(wanted: dict[str, Any]) -> list[bytes]:
    with httpx2.Client() as client, client.stream("POST", url(), headers=auth(), json=wanted) as response:
        return list(response.iter_raw())


def chunks_of_httpx2_async(wanted: dict[str, Any]) -> list[bytes]:
    async def read() -> list[bytes]:
        async with (
            httpx2.AsyncClient() as client,
            client.stream("POST", url(), headers=auth(), json=wanted) as response,
        ):
            return [data async for data in response.aiter_raw()]

    return asyncio.run(read())


READERS = [chunks_of_requests, chunks_of_httpx2, chunks_of_httpx2_async]


@settings(max_examples=breadth.examples(60), deadline=None)
@given(st.sampled_from(KIT), st.sampled_from(CUTS), st.integers(0, 10**6), st.sampled_from(READERS), st.booleans())
def test_reads_are_those_of_the_socket_server(fixture, cutting, seed, read, with_usage) -> None:
    def play(salted: Salted) -> Script:
        return script(salted.parts, cutting(salted.parts, random.Random(seed)), hold=True)

    wanted = asking(**({"stream_options": {"include_usage": True}} if with_usage else {}))
    with Stage(play, body=fixture.body) as stage:
        over_the_socket = ask(stage, wanted).chunks
        with within(play, stage):
            assert read(wanted) == over_the_socket


@pytest.mark.parametrize("seed", [0, 7])
def test_a_seed_makes_the_stream_that_a_run_with_it_gets(session: Session, seed: int) -> None:
    fixture = load(ROOT / "fixtures/01-inspect-a-chunk/plain.sse")
    source = b"def f(prompt): pass"
    record = session.perform(
        Scenario("plain", "plain", "plain", hold=False), fixture,
        Submission("f.py", source, Path("f.py")), Call("f", ("hi",)), seed=seed,
    )  # fmt: skip
    replay = InProcess(fixture, seed=seed)
    assert replay.salted.parts == record.salted.parts
    with replay:
        assert os.environ["OPENAI_API_KEY"] == record.settings["OPENAI_API_KEY"]
        assert os.environ["MODEL"] == record.settings["MODEL"]
        assert os.environ["OPENAI_BASE_URL"].endswith(record.prefix)


def test_without_a_seed_the_stream_is_as_it_was_recorded_and_the_model_that_of_the_environment(monkeypatch) -> None:
    monkeypatch.setenv("MODEL", "mine")
    with InProcess(fixture()) as replay:
        assert replay.settings.model == "mine"
        data = b"".join(chunks_of_requests({**asking(stream_options={"include_usage": True}), "model": "mine"}))
    assert Reply(tuple(e.data for e in decode(data))).text == Reply(tuple(e.data for e in decode(BODY))).text


@pytest.mark.parametrize("read", [requests.Response.iter_lines, lambda r: r.iter_content(chunk_size=None)])
def test_requests_hands_out_each_write_before_the_next_is_sent(read) -> None:
    """Since urllib3 reads real chunks here, `iter_lines()` does not wait for the end of the body."""
    with within() as replay:
        pieces = iter(read(requests.post(url(), headers=auth(), json=asking(), stream=True)))
        next(pieces)
        assert len(list(replay.timeline.of("write"))) == 1


def test_the_sdk_hands_out_each_chunk_before_the_next_is_sent() -> None:
    with within() as replay:
        stream = openai.OpenAI().chat.completions.create(model=MODEL, messages=asking()["messages"], stream=True)
        next(iter(stream))
        assert len(list(replay.timeline.of("write"))) == 1


@pytest.mark.parametrize(
    "wanted",
    [asking(stream=False), asking(stream=...), asking(model="another"), asking(messages=[]), asking(stream="yes")],
)
def test_what_is_no_stream_is_answered_as_over_a_socket(wanted) -> None:
    with Stage() as stage:
        over_the_socket = ask(stage, wanted)
        with within(stage=stage):
            for client in (requests, httpx2):
                answer = client.post(url(), headers=auth(), json=wanted)
                assert (answer.status_code, answer.content) == (over_the_socket.status, over_the_socket.body)
                assert {k.lower(): v for k, v in answer.headers.items()} == over_the_socket.headers


def test_a_wrong_key_path_or_method_is_refused_as_over_a_socket() -> None:
    with within() as replay:
        assert requests.post(url(), json=asking()).status_code == 401
        assert (
            requests.get(os.environ["OPENAI_BASE_URL"] + "/models?limit=1", headers=auth()).json()["data"][0]["id"]
            == MODEL
        )
        assert (
            httpx2.get(os.environ["OPENAI_BASE_URL"] + "/models?limit=1", headers=auth()).json()["data"][0]["id"]
            == MODEL
        )
        assert requests.delete(url()).status_code == 405
        assert requests.head(url()).content == b""
        assert httpx2.get(url() + "/nothing").status_code == 404
    assert [moment["status"] for moment in replay.timeline.of("request")] == [401, 200, 200, 405, 405, 404]


@pytest.mark.parametrize(
    "body", [json.dumps(asking()), json.dumps(asking()).encode(), iter([json.dumps(asking()).encode()])]
)
def test_a_body_may_be_text_bytes_or_an_iterator(body) -> None:
    with within():
        assert requests.post(url(), headers=auth(), data=body).status_code == 200


# -- how connections end ----------------------------------------------------------------------------------------------


def by_lines() -> Any:
    return list(requests.post(url(), headers=auth(), json=asking(), stream=True).iter_lines())


def at_once() -> Any:
    return requests.post(url(), headers=auth(), json=asking()).content


def by_read() -> Any:
    return requests.post(url(), headers=auth(), json=asking(), stream=True).raw.read()


def by_httpx2() -> Any:
    return chunks_of_httpx2(asking())


def by_httpx2_async() -> Any:
    return chunks_of_httpx2_async(asking())


def by_the_sdk() -> Any:
    return list(openai.OpenAI().chat.completions.create(model=MODEL, messages=asking()["messages"], stream=True))


def by_the_sdk_async() -> Any:
    async def read() -> Any:
        async with openai.AsyncOpenAI() as client:
            stream = await client.chat.completions.create(model=MODEL, messages=asking()["messages"], stream=True)
            return [chunk async for chunk in stream]

    return asyncio.run(read())


def raised(read: Callable[[], Any]) -> list[type]:
    """The classes of what came out, and of what caused it."""
    with pytest.raises(Exception) as caught:
        read()
    classes, error = [], caught.value
    while error is not None and len(classes) < 2:
        classes.append(type(error))
        error = error.__cause__ or error.__context__
    return classes


@pytest.mark.parametrize("how", ["reset", "close"])
@pytest.mark.parametrize("read", [by_lines, at_once, by_read, by_httpx2, by_httpx2_async, by_the_sdk, by_the_sdk_async])
def test_a_broken_connection_raises_what_it_raises_over_a_socket(monkeypatch, read, how: str) -> None:
    def play(salted: Salted) -> Script:
        # A reset overtakes what is on its way, so it is sent once everything has been read.
        return (Send(salted.parts[0].raw, 1), Send(salted.parts[1].raw[:20], 1), Pause(0.15), End(how))

    with Stage(play) as stage:
        monkeypatch.setenv("OPENAI_BASE_URL", stage.base)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        over_the_socket = raised(read)
        with within(play, stage) as replay:
            assert raised(read) == over_the_socket
    assert [m.kind for m in replay.timeline.moments] == ["request", "headers", "write", "write", how]


def test_a_client_that_leaves_early_is_gone_and_one_that_stops_at_done_is_not() -> None:
    with within() as replay:
        requests.post(url(), headers=auth(), json=asking(), stream=True).close()
        gone = replay.timeline.first("gone")
        assert gone is not None
        assert gone["events"] == 0
    with within() as replay:
        response = requests.post(url(), headers=auth(), json=asking(), stream=True)
        assert any(line == b"data: [DONE]" for line in response.iter_lines())
    assert [m.kind for m in replay.timeline.moments][-2:] == ["write", "finish"]


def test_a_reply_that_nobody_closes_is_settled_behind_the_context() -> None:
    with within() as replay:
        lines = requests.post(url(), headers=auth(), json=asking(), stream=True).iter_lines()
        next(lines)
    assert replay.timeline.moments[-1].kind == "gone"
    with pytest.raises(StopIteration):
        while True:
            next(lines)


def test_a_client_that_reads_to_done_and_no_further_meets_the_end_that_the_script_has() -> None:
    def play(salted: Salted) -> Script:
        return (Send(join(salted.parts), 8), End("reset"))

    with within(play) as replay:
        by_the_sdk()
    assert replay.timeline.moments[-1].kind == "reset"


@pytest.mark.parametrize(
    ("fault", "judges_not"),
    [
        (faults.broken(faults.after_content(2), "reset", inside=True), TIMES),
        (faults.broken(faults.after_content(1), "close"), None),
        (faults.silent(faults.after_content(2), 5.0), STAYING_OPEN),
        (faults.kept_awake(faults.after_content(1), 30.0, 3), None),
        (faults.dribbled(faults.after_content(1), 30.0, 3), None),
    ],
)
def test_faulty_scripts_are_read_to_their_end_at_once(fault, judges_not) -> None:
    def play(salted: Salted) -> Script:
        return fault(salted.parts, [len(part.raw) for part in salted.parts])

    read: list[bytes] = []

    def by_reads() -> None:
        for data in requests.post(url(), headers=auth(), json=asking(), stream=True).raw.read_chunked():
            read.append(data)

    with within(play) as replay:
        done = replay.run(by_reads)
        script = play(done.played[0])
    assert read == [step.data for step in script if isinstance(step, Send)]
    broken = any(isinstance(step, End) for step in script)
    assert done.outcome.kind == ("raised" if broken else "returned")
    assert judges_not is None or judges_not in done.cannot_judge


# -- the timeline ---------------------------------------------------------------------------------------------------


def test_the_timeline_is_that_of_the_socket_server(monkeypatch) -> None:
    with Stage() as stage:
        monkeypatch.setenv("OPENAI_BASE_URL", stage.base)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        by_lines()
        deadline = time.monotonic() + 20
        while stage.timeline.first("finish") is None and time.monotonic() < deadline:
            time.sleep(0.01)
        with within(stage=stage) as replay:
            by_lines()
    there, here = ([(m.kind, m.facts) for m in timeline.moments] for timeline in (stage.timeline, replay.timeline))
    for facts in (there[0][1], here[0][1]):
        facts["headers"] = {name: value for name, value in facts["headers"].items() if name != "host"}
    assert here == there


def test_headers_of_a_request_are_lower_case_and_have_a_host() -> None:
    with within() as replay:
        by_lines()
        by_the_sdk()
        host = os.environ["OPENAI_BASE_URL"].split("/")[2]
    first, second = replay.timeline.of("request")
    assert first["headers"]["authorization"] == f"Bearer {KEY}"
    assert first["headers"]["host"] == second["headers"]["host"] == host
    assert "x-stainless-lang" in second["headers"]
    assert "x-stainless-lang" not in first["headers"]


# -- what is left behind ---------------------------------------------------------------------------------------------


def world() -> list[Any]:
    names = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "MODEL")
    return [
        requests.adapters.HTTPAdapter.send, httpx2.HTTPTransport.handle_request,
        httpx2.AsyncHTTPTransport.handle_async_request, sys.stdout, list(sys.path), dict(sys.modules),
        [os.environ.get(name) for name in names], threading.active_count(),
    ]  # fmt: skip


def test_nothing_is_left_behind_whatever_happens(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("MODEL", "before")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    broken = tmp_path / "broken.py"
    broken.write_text("import common\ndef f(): raise SystemExit(3)\n")
    with within() as replay:  # imports what is imported on a first call
        by_the_sdk()
        by_lines()
    before = world()
    with within() as replay:
        replay.run_file(broken, "f", imports=[ROOT / "challenges"])
        assert "common" not in sys.modules
        assert "broken" not in sys.modules
    with pytest.raises(ZeroDivisionError), within():
        1 / 0  # noqa: B018
    with within(), within():
        by_lines()
    assert world() == before


def test_the_inner_of_two_contexts_is_named_and_both_answer() -> None:
    with within() as outer:
        first = url()
        with within() as inner:
            assert url() != first
            assert requests.post(first, headers=auth(), json=asking()).status_code == 200
            assert httpx2.post(url(), headers=auth(), json=asking()).status_code == 200
        assert url() == first
        assert httpx2.post(first, headers=auth(), json=asking()).status_code == 200
    assert [m["status"] for m in outer.timeline.of("request")] == [200, 200]
    assert [m["status"] for m in inner.timeline.of("request")] == [200]


def test_contexts_may_end_in_any_order() -> None:
    before = world()
    one, two = within(), within()
    one.__enter__()
    two.__enter__()
    one.__exit__()
    assert (
        requests.post(
            f"{two.variables['OPENAI_BASE_URL']}/chat/completions",
            headers={"Authorization": f"Bearer {KEY}"},
            json=asking(),
        ).status_code
        == 200
    )
    two.__exit__()
    assert world()[:3] == before[:3]


def test_a_context_can_be_entered_again() -> None:
    replay = within()
    for _ in range(2):
        with replay:
            by_lines()
    assert len(replay.played) == 2


def test_other_hosts_are_refused() -> None:
    with within():
        with pytest.raises(requests.ConnectionError):
            requests.get("http://127.0.0.1:9/")
        with pytest.raises(httpx2.ConnectError):
            httpx2.get("http://127.0.0.1:9/")


def test_a_module_common_that_is_loaded_already_names_the_model(monkeypatch) -> None:
    module = type(sys)("common")
    module.MODEL = "old"
    monkeypatch.setitem(sys.modules, "common", module)
    with within():
        assert module.MODEL == MODEL
    assert module.MODEL == "old"


# -- calling what a learner wrote -------------------------------------------------------------------------------------


def solved(number: str, function: str, fixture: str, *args: Any, given: str = "", seed: int = 5) -> Any:
    path = next((ROOT / "solutions").glob(f"{number}-*.py"))
    with InProcess(load(ROOT / "fixtures" / path.stem / f"{fixture}.sse"), seed=seed) as replay:
        return replay.run_file(path, function, "hi", *args, imports=[ROOT / "challenges"], given=given)


@pytest.mark.parametrize("fixture", ["plain", "accents", "crlf", "comments", "gaps", "unicode-lines", "recorded"])
def test_the_first_solution_is_right_in_process(fixture: str) -> None:
    done = solved("01", "inspect_stream", fixture)
    reply = done.reply
    assert done.outcome.value == {"deltas": reply.deltas, "text": reply.text, "finish_reason": reply.finish_reason}
    assert done.stdout.decode().count("chat.completion.chunk") == len([c for c in reply.chunks if c])


@pytest.mark.parametrize("fixture", ["openai", "azure", "mistral", "after-usage", "running", "never", "recorded"])
@pytest.mark.parametrize("told", [True, False])
def test_the_second_solution_is_right_in_process(fixture: str, told: bool) -> None:
    done = solved("02", "stream_reply", fixture, told)
    text, usage = done.outcome.value["items"]
    assert text == done.reply.text
    assert done.stdout.decode() == text
    assert (usage and usage["fields"]["total_tokens"]) == (done.reply.usage or {}).get("total_tokens")
    assert (usage is None) == (not told or fixture == "never")


@pytest.mark.parametrize(
    "fixture", ["recipe", "reasoning", "reasoning-groq", "cut-off", "refusal", "more-text", "empty-title"]
)
def test_the_third_solution_is_right_in_process(fixture: str) -> None:
    done = solved("03", "stream_recipe", fixture, given="Recipe")
    if fixture in ("recipe", "reasoning", "reasoning-groq"):
        assert done.outcome.value["given"] is True
        assert done.outcome.value["fields"] == json.loads(done.reply.text)
    else:
        assert done.outcome.kind == "raised"
        assert "builtins.ValueError" in done.outcome.error["mro"]


async def an_async_reader(prompt: str) -> str:
    async with openai.AsyncOpenAI() as client:
        stream = await client.chat.completions.create(
            model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True
        )
        pieces = []
        async for chunk in stream:
            pieces.append((chunk.choices[0].delta.content if chunk.choices else "") or "")
            print(pieces[-1], end="", flush=True)
    return "".join(pieces)


def a_reader_that_starts_a_loop(prompt: str) -> str:
    return asyncio.run(an_async_reader(prompt))


@pytest.mark.parametrize("function", [an_async_reader, a_reader_that_starts_a_loop])
def test_async_functions_are_called_with_or_without_a_running_loop(function) -> None:
    async def in_a_notebook() -> Any:
        return replay.run(function, "hi")

    with within() as replay:
        for done in (replay.run(function, "hi"), asyncio.run(in_a_notebook())):
            assert done.outcome.kind == "returned", done.outcome.error
            assert done.outcome.value == done.reply.text == done.stdout.decode()
            assert len(done.played) == 1


def test_what_is_flushed_stands_between_the_writes_and_what_is_not_comes_late() -> None:
    def shows(flush: bool) -> list[str]:
        def reader() -> None:
            for line in requests.post(url(), headers=auth(), json=asking(), stream=True).iter_lines():
                print(line, flush=flush)

        with within() as replay:
            return [m.kind for m in replay.run(reader).timeline.of("write", "stdout")]

    flushed, kept = shows(True), shows(False)
    writes = flushed.count("write")
    assert flushed[:4] == ["write", "stdout", "stdout", "write"]
    assert kept == ["write"] * writes + ["stdout"]


def test_what_was_printed_can_be_shown_too(capsys) -> None:
    with within() as replay:
        assert replay.run(lambda: print("Olá"), echo=True).stdout == "Olá\n".encode()
        assert replay.run(lambda: print("aside")).stdout == b"aside\n"
    assert capsys.readouterr().out == "Olá\n"


def test_exceptions_come_back_as_data() -> None:
    def divides() -> None:
        nothing = 0
        1 / nothing

    with within() as replay:
        error = replay.run(divides).outcome.error
    assert error["type"] == "ZeroDivisionError"
    assert error["frames"][-1]["source"] == "1 / nothing"
    assert error["frames"][-1]["locals"] == {"nothing": "0"}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("def f(prompt: raise", "syntax"),
        ("def g(prompt): pass", "missing"),
        ("f = 3", "missing"),
        ("raise OSError('at import')", "raised"),
        ("def f(prompt): raise SystemExit(4)", "exited"),
        ("import sys\ndef f(prompt): sys.stdout.close()", "returned"),
        ("import asyncio\nasync def f(prompt): raise asyncio.CancelledError", "raised"),
        ("def f(): pass", "raised"),
    ],
)
def test_whatever_a_file_does_is_an_outcome(tmp_path: Path, source: str, kind: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(source)
    with within() as replay:
        assert replay.run_file(path, "f", "hi").outcome.kind == kind


def test_each_call_has_a_timeline_of_its_own() -> None:
    with within() as replay:
        first, second = replay.run(by_lines), replay.run(by_the_sdk)
    for done in (first, second):
        assert [m.kind for m in done.timeline.of("request", "finish", "outcome")] == ["request", "finish", "outcome"]
        assert len(done.played) == 1


def test_without_usage_asked_for_none_is_sent() -> None:
    with within() as replay:
        done = replay.run(by_the_sdk)
    assert done.reply.usage is None
    assert done.salted.reply.usage["total_tokens"] == USAGE["total_tokens"]


# -- what it cannot judge ---------------------------------------------------------------------------------------------


def test_it_says_what_it_cannot_judge() -> None:
    class Unheard:
        pass

    def play(salted: Salted) -> Script:
        return (Send(join(salted.parts), 8), Unheard(), Linger(), Finish())  # type: ignore[arg-type]

    with within() as replay:
        plain = replay.run(by_lines).cannot_judge
    with within(play) as replay:
        more = replay.run(by_lines).cannot_judge
        unasked = replay.run(lambda: None).cannot_judge
    assert plain[0] == more[0] == unasked[0] == SHOWING
    assert STAYING_OPEN in more
    assert STAYING_OPEN not in plain
    assert any("Unheard" in sentence for sentence in more)
    assert any("urllib" in sentence for sentence in unasked)
    assert not any("urllib" in sentence for sentence in more)
    assert len(set(more)) == len(more)


def test_a_client_of_another_kind_reaches_nobody() -> None:
    def by_urllib() -> None:
        import urllib.request

        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url(), timeout=20)

    with within() as replay:
        done = replay.run(by_urllib)
    assert done.outcome.error["type"] == "URLError"
    assert done.timeline.first("request") is None


@pytest.mark.parametrize("read", [by_lines, by_the_sdk, by_the_sdk_async])
def test_pauses_are_skipped_or_slept_through(read) -> None:
    def play(salted: Salted) -> Script:
        return (Pause(0.3), Send(join(salted.parts), 8), Finish())

    def seconds(**how: Any) -> float:
        with within(play, **how) as replay:
            read()
        times = [m.at for m in replay.timeline.of("headers", "write")]
        return times[1] - times[0]

    assert seconds(pauses=True) >= 0.3
    with within(lambda _: (Pause(10**6), Send(b"data: [DONE]\n\n", 1), Finish())) as replay:
        assert replay.run(read).outcome.kind == "returned"


def test_without_its_libraries_it_says_what_to_install() -> None:
    program = """
        import sys
        sys.modules["responses"] = None
        from grader.errors import UsageError
        try:
            import grader.replay.inprocess
        except UsageError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "requirements/install.sh .venv notebook" in done.stdout, done.stderr
