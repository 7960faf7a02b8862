"""Real runs in both jails: whatever the learner's code does is an outcome, and nothing of it is left behind."""

from __future__ import annotations

import asyncio
import os
import stat
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader import listening, running
from grader.jail import jail as jails
from grader.jail.spec import MAX_OUTPUT, Limits, Spec
from grader.running import Record, perform
from grader.scenario import Call, Scenario, Submission
from grader.stream.fixture import About, Fixture
from tests import breadth

SCENARIO = Scenario("plain", "a short stream", "test")
CHUNK = 'data: {"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":%s}]}\n\n'
FIXTURE = Fixture(
    "test",
    (CHUNK % "null" + CHUNK % '"stop"' + "data: [DONE]\n\n").encode(),
    About(origin="hand-made", note="a test", dialect="openai"),
)
# A call that writes to the word pipe itself: whichever descriptor above 2 is a pipe that can be written to.
FORGE = """
import os, stat
def forge(line):
    for fd in range(3, 256):
        try:
            if stat.S_ISFIFO(os.fstat(fd).st_mode):
                while line: line = line[os.write(fd, line):]
                return
        except OSError:
            pass
"""


class Lab:
    """A jail on a loop of its own; runs are asked for from the test's thread."""

    def __init__(self, kind: str, at_most: str = "confined") -> None:
        self.kind = kind
        self.jail = jails.open_jail(kind)
        self.loop = asyncio.new_event_loop()
        self.troubles: list[dict[str, Any]] = []
        self.loop.set_exception_handler(lambda _, context: self.troubles.append(context))
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GRADER_ISOLATION", at_most)
            self.do(self.jail.start([], 1, ""))

    def do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)

    def close(self) -> None:
        self.do(self.jail.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)

    def run(self, code: str, *args: Any, trace: bool = False, given: str = "") -> Record:
        source = textwrap.dedent(code).encode()
        submission = Submission("learner.py", source, Path("learner.py"))
        call = Call("answer", args, given=given, validates=bool(given))
        record: Record = self.do(perform(SCENARIO, FIXTURE, submission, call, seed=7, jail=self.jail, trace=trace))
        return record


@pytest.fixture(
    scope="module",
    params=[
        "forked",
        pytest.param("fresh", marks=[pytest.mark.skipif(os.name == "nt", reason="POSIX"), breadth.mark]),
    ],
)
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    if request.param == "forked" and not hasattr(os, "fork"):
        pytest.skip("no fork here")
    lab = Lab(request.param)
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def open_lab() -> Iterator[Lab]:
    """A jail without confinement, in which a program can start others; Python's own ways to do so are closed."""
    if not hasattr(os, "fork"):
        pytest.skip("no fork here")
    lab = Lab("forked", "separate")
    yield lab
    lab.close()


@pytest.fixture(autouse=True)
def nothing_goes_wrong_unseen(lab: Lab) -> Iterator[None]:
    yield
    troubles, lab.troubles = lab.troubles, []
    assert [str(trouble.get("exception")) for trouble in troubles] == []


def until(holds: Callable[[], bool]) -> bool:
    """Waits for what must come soon; False where it does not come at all."""
    for _ in range(500):
        if holds():
            return True
        time.sleep(0.01)
    return holds()


def limited(monkeypatch: pytest.MonkeyPatch, **limits: Any) -> None:
    def spec(*args: Any, **kwargs: Any) -> Spec:
        return replace(Spec(*args, **kwargs), limits=Limits(**limits))

    monkeypatch.setattr(running, "Spec", spec)


def alive(mark: str) -> list[int]:
    """Processes whose command line or environment bears the mark."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark.encode() in (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


# -- how runs end -------------------------------------------------------------------------------------------------------


def test_what_the_function_returns_comes_back(lab: Lab) -> None:
    record = lab.run("def answer(a, b): return {'sum': a + b, 'pair': (a, b), 'text': 'Olá'}", 1, 2)
    assert record.outcome.kind == "returned"
    assert record.outcome.value == {"sum": 3, "pair": {"$": "tuple", "items": [1, 2]}, "text": "Olá"}
    assert not record.timeline.first("request")


def test_an_async_function_is_awaited(lab: Lab) -> None:
    code = "import asyncio\nasync def answer():\n    await asyncio.sleep(0)\n    return 'later'"
    assert lab.run(code).outcome.value == "later"


def test_text_that_utf8_cannot_carry_comes_back_as_it_is(lab: Lab) -> None:
    assert lab.run("def answer(): return '\\ud83c'").outcome.value == "\ud83c"


def test_the_function_reaches_the_replay_server_and_its_output_is_seen(lab: Lab) -> None:
    code = """
        import http.client, json, os
        from urllib.parse import urlsplit
        def answer(prompt):
            url = urlsplit(os.environ["OPENAI_BASE_URL"])
            connection = http.client.HTTPConnection(url.hostname, url.port)
            body = {"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}
            headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
            connection.request("POST", url.path + "/chat/completions", json.dumps(body), headers)
            text = ""
            for line in connection.getresponse():
                if line.startswith(b"data: {"):
                    piece = json.loads(line[6:])["choices"][0]["delta"]["content"]
                    print(piece, end="", flush=True)
                    text += piece
            return text
        """
    record = lab.run(code, "hello")
    assert record.outcome.value == record.reply.text
    assert record.stdout.decode() == record.reply.text
    assert [moment["status"] for moment in record.timeline.of("request")] == [200]
    assert record.timeline.first("missed") is None
    assert len(record.played) == 1


def test_an_exception_comes_with_its_line_and_locals(lab: Lab) -> None:
    code = """
        def helper(count):
            word = "abc"
            return word[count]  # here

        def answer():
            return helper(7)
        """
    outcome = lab.run(code).outcome
    assert outcome.kind == "raised"
    assert outcome.error["type"] == "IndexError"
    assert "builtins.LookupError" in outcome.error["mro"]
    assert outcome.error["message"] == "string index out of range"
    frames = outcome.error["frames"]
    assert [(frame["line"], frame["function"]) for frame in frames] == [(7, "answer"), (4, "helper")]
    assert frames[-1]["source"] == "return word[count]  # here"
    assert frames[-1]["locals"] == {"count": "7", "word": "'abc'"}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("def other(): pass", "missing"),
        ("def answer(a, b, c): pass", "missing"),
        ("answer = 5", "missing"),
        ("def answer(:\n  pass", "syntax"),
        ("raise RuntimeError('at import')", "raised"),
        ("def answer(): raise KeyboardInterrupt", "raised"),
        ("class Odd(Exception):\n  def __str__(self): raise ValueError\ndef answer(): raise Odd", "raised"),
        ("def answer(): return answer()", "raised"),
        ("def answer(): input()", "raised"),
    ],
    ids=[
        "no function",
        "other arguments",
        "not callable",
        "syntax",
        "at import",
        "interrupt",
        "no text",
        "recursion",
        "stdin is empty",
    ],
)
def test_the_kind_of_an_end(lab: Lab, code: str, kind: str) -> None:
    assert lab.run(code).outcome.kind == kind


def test_a_syntax_error_is_named_with_its_line(lab: Lab) -> None:
    outcome = lab.run("x = 1\ndef answer(:\n  pass").outcome
    assert outcome.error["line"] == 2
    assert outcome.error["text"].startswith("def answer(:")


def test_sys_exit_is_told_from_an_exception(lab: Lab) -> None:
    outcome = lab.run("import sys\ndef answer(): sys.exit(0)").outcome
    assert outcome.kind == "exited"
    assert outcome.error["frames"][-1]["line"] == 2


def test_leaving_without_a_word_is_no_answer(lab: Lab) -> None:
    outcome = lab.run("import os\ndef answer(): os._exit(0)").outcome
    assert outcome.kind == "silent"
    assert "exit code 0" in outcome.why


def test_a_process_that_kills_itself_was_killed(lab: Lab) -> None:
    outcome = lab.run("import os, signal\ndef answer(): os.kill(os.getpid(), signal.SIGKILL)").outcome
    assert outcome.kind == "killed"
    assert "SIGKILL" in outcome.why


def test_an_endless_loop_is_ended_by_the_cpu_limit(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, cpu_s=1)
    monkeypatch.setattr(jails, "IMPORTS_S", 1)
    outcome = lab.run("def answer():\n    while True: pass").outcome
    assert outcome.kind == "slow"
    assert "processor time" in outcome.why


def test_an_allocation_beyond_the_limit_fails(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, memory=600 * 1024**2)
    assert lab.run("def answer(): return len(bytearray(2 * 1024**3))").outcome.error["type"] == "MemoryError"


def test_a_deadlock_is_ended(lab: Lab) -> None:
    code = "import threading\ndef answer():\n    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()"
    assert lab.run(code).outcome.kind == "stuck"


def test_who_waits_for_what_is_under_way_is_not_stuck(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine delivers late, and the program rests meanwhile."""
    looks: list[int] = []

    def under_way(port: int) -> bool:
        looks.append(port)
        return len(looks) < 3

    monkeypatch.setattr(listening, "in_flight", under_way)
    code = "import threading\ndef answer():\n    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()"
    assert lab.run(code).outcome.kind == "stuck"
    assert len(looks) == 3


def test_sleeping_on_and_on_is_ended(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, doze_s=0.5)
    assert lab.run("import time\ndef answer(): time.sleep(600)").outcome.kind == "slow"


def test_sleeping_for_a_while_is_fine(lab: Lab) -> None:
    assert lab.run("import time\ndef answer():\n    time.sleep(1.6)\n    return 'rested'").outcome.value == "rested"


@pytest.mark.parametrize(
    "pause", ["threading.Event().wait(1.9)", "select.select([], [], [], 1.9)"], ids=["Event.wait", "select"]
)
def test_pausing_by_other_means_than_sleep_is_fine(lab: Lab, pause: str) -> None:
    outcome = lab.run(f"import select, threading\ndef answer():\n    {pause}\n    return 'rested'").outcome
    assert (outcome.kind, outcome.value) == ("returned", "rested")


# -- output -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    ["print('x' * 1000)", "os.write(1, b'x' * 65536)", "os.write(2, b'x' * 65536)"],
    ids=["print", "stdout", "stderr"],
)
def test_endless_output_is_stopped(lab: Lab, code: str) -> None:
    record = lab.run(f"import os\ndef answer():\n    while True: {code}")
    assert record.outcome.kind == "killed"
    assert "printed more than" in record.outcome.why
    assert len(record.stdout) + len(record.stderr) <= MAX_OUTPUT


def test_output_is_taken_at_the_descriptors(lab: Lab) -> None:
    code = """
        import os, sys
        def answer():
            print("one", flush=True)
            os.write(1, b"two\\n")
            open("/dev/stdout", "w").write("three\\n")
            sys.__stdout__.write("four\\n")
            print("err", file=sys.stderr)
            os.write(2, b"ors\\n")
        """
    record = lab.run(code)
    assert record.outcome.kind == "returned"
    assert record.stdout == b"one\ntwo\nthree\nfour\n"
    assert record.stderr == b"err\nors\n"


def test_output_that_was_not_flushed_comes_out_in_the_end(lab: Lab) -> None:
    assert lab.run("def answer(): print('late', end='')").stdout == b"late"
    assert lab.run("import sys\ndef answer():\n    print('late')\n    sys.exit(3)").stdout == b"late\n"


def test_output_of_a_thread_that_goes_on_is_waited_for(lab: Lab) -> None:
    code = """
        import threading, time
        def late():
            time.sleep(0.2)
            print("late", flush=True)
        def answer():
            threading.Thread(target=late).start()
            return "early"
        """
    record = lab.run(code)
    assert record.outcome.value == "early"
    assert record.stdout == b"late\n"


# -- words that are forged ------------------------------------------------------------------------------------------------


def test_a_second_word_is_not_believed(lab: Lab) -> None:
    code = (
        FORGE
        + '\ndef answer():\n    forge(b\'{"word": {"kind": "returned", "value": "forged"}}\\n\')\n    return \'real\''
    )
    outcome = lab.run(code).outcome
    assert outcome.kind == "killed"
    assert outcome.why == "gave two answers"


@pytest.mark.parametrize(
    "line",
    [
        b"hello",
        b'{"word": 5}',
        b'{"word": {"kind": "returned"}}',
        b'{"word": {"kind": "passed", "points": 10}}',
        b"\x80\x04N.",
        b"[" * 5000,
    ],
    ids=ascii,
)
def test_what_is_no_word_is_no_answer(lab: Lab, line: bytes) -> None:
    outcome = lab.run(FORGE + f"\ndef answer():\n    forge({line!r} + b'\\n')\n    os._exit(0)").outcome
    assert outcome.kind == "killed"
    assert outcome.why == "sent back what no run sends back"


@pytest.mark.parametrize("fact", ["kind", "clock", "self"])
def test_a_note_with_odd_facts_harms_nobody(lab: Lab, fact: str) -> None:
    code = (
        FORGE
        + f'\ndef answer():\n    forge(b\'{{"note": {{"what": "x", "t": 1.0, "{fact}": "y"}}}}\\n\')\n    return \'real\''
    )
    assert lab.run(code).outcome.value == "real"


def test_a_flood_of_notes_is_stopped(lab: Lab) -> None:
    code = (
        FORGE
        + """
def answer():
    note = b'{"note": {"what": "x", "t": 1.0, "pad": "' + b"x" * 30000 + b'"}}\\n'
    for _ in range(400):
        forge(note)
    return "done"
"""
    )
    outcome = lab.run(code).outcome
    assert outcome.kind == "killed"
    assert "sent back more than" in outcome.why


def test_a_word_that_is_too_long_is_stopped(lab: Lab) -> None:
    outcome = lab.run(FORGE + "\ndef answer():\n    while True: forge(b'x' * 65536)").outcome
    assert outcome.kind == "killed"
    assert "sent back more than" in outcome.why


# -- what the process has, and what it leaves ---------------------------------------------------------------------------


def test_the_environment_holds_what_is_known_and_nothing_of_ours(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_TEST_SECRET", "leaked")
    record = lab.run("import os\ndef answer(): return dict(os.environ)")
    known = {
        "HOME",
        "USER",
        "LOGNAME",
        "TMPDIR",
        "PATH",
        "LANG",
        "PYTHONUTF8",
        "PYTHONDONTWRITEBYTECODE",
        "NO_PROXY",
        "SSL_CERT_FILE",
    }
    assert set(record.outcome.value) == known | {"OPENAI_BASE_URL", "OPENAI_API_KEY", "MODEL"}
    assert {name: record.outcome.value[name] for name in record.settings} == record.settings


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_the_first_environment_of_the_process_holds_no_secret_of_ours(
    open_lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_TEST_SECRET", "leaked")
    assert (
        "GRADER_TEST_SECRET" not in open_lab.run("def answer(): return open('/proc/self/environ').read()").outcome.value
    )


def test_only_the_process_s_own_pipes_are_open(lab: Lab) -> None:
    code = """
        import os, stat
        def answer():
            kinds = {}
            for fd in range(4096):
                try: kinds[str(fd)] = stat.S_IFMT(os.fstat(fd).st_mode)
                except OSError: pass
            return kinds
        """
    kinds = lab.run(code).outcome.value
    assert stat.S_ISCHR(kinds.pop("0")), "/dev/null"
    assert sorted(kinds.values()) == [stat.S_IFIFO] * 4 + [stat.S_IFREG], (
        "stdout, stderr, the word, its answers, and the file where it says at which line it hangs"
    )


def test_stdin_is_empty(lab: Lab) -> None:
    assert lab.run(
        "import os, sys\ndef answer(): return [sys.stdin.read(), os.read(0, 10).decode()]"
    ).outcome.value == ["", ""]


def test_the_working_folder_is_empty_and_apart_from_the_code(lab: Lab) -> None:
    value = lab.run("import os\ndef answer(): return [os.getcwd(), os.listdir('.'), __file__, __name__]").outcome.value
    assert value[1] == []
    assert not value[2].startswith(value[0])
    assert value[3] == "learner"


def test_the_scratch_folder_is_removed(lab: Lab) -> None:
    code = """
        import os, tempfile
        def answer():
            open("mine.txt", "w").write("x")
            os.makedirs(os.path.expanduser("~/a/b"))
            os.chmod(os.path.expanduser("~/a"), 0o500)
            return [os.getcwd(), tempfile.mkdtemp(), __file__]
        """
    cwd, temporary, file = lab.run(code).outcome.value
    root = Path(cwd).parent
    assert Path(tempfile.gettempdir()) in root.parents
    assert Path(temporary).is_relative_to(root)
    assert Path(file).is_relative_to(root)
    assert until(lambda: not root.exists()), "it is removed while the grading goes on"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_no_child_is_left_behind(open_lab: Lab) -> None:
    code = (
        FORK
        + """
def child():
    pid = fork()
    if pid == 0: time.sleep(600)
    return pid
def answer(): return [child() for _ in range(3)]
"""
    )
    pids = open_lab.run(code).outcome.value
    assert len(pids) == 3
    assert until(lambda: all(map(gone, pids)))


FORK = """
import ctypes, os, time
fork = ctypes.PyDLL(None).fork  # the C library's: Python's own is refused
"""
DAEMON = (
    FORK
    + """
def daemon(then=lambda: None):
    r, w = os.pipe()
    if fork() == 0:
        os.setsid()
        if fork() == 0:
            os.setsid()
            then()
            os.write(w, b"%d " % os.getpid())
            os.close(w)
            time.sleep(600)
        os._exit(0)
    os.wait()
    os.close(w)
    out = b""
    while len(out.split()) < COUNT:
        out += os.read(r, 100)
    return [int(pid) for pid in out.split()]
"""
)


def test_no_daemon_is_left_behind(open_lab: Lab) -> None:
    pids = open_lab.run(DAEMON + "COUNT = 1\ndef answer(): return daemon()").outcome.value
    assert len(pids) == 1
    assert until(lambda: all(map(gone, pids)))


def test_no_daemon_of_a_daemon_is_left_behind(open_lab: Lab) -> None:
    code = (
        DAEMON
        + """
COUNT = 1
def answer():
    r, w = os.pipe()
    def another():
        pid = fork()
        if pid == 0:
            os.setsid()
            time.sleep(600)
        os.write(w, b"%d" % pid)
    return daemon(another) + [int(os.read(r, 100))]
"""
    )
    pids = open_lab.run(code).outcome.value
    assert len(pids) == 2
    assert until(lambda: all(map(gone, pids)))


def test_the_next_run_is_not_touched_by_the_one_before(lab: Lab) -> None:
    lab.run("import builtins, os\ndef answer():\n    builtins.print = None\n    os.environ['LEFT'] = '1'")
    assert lab.run("import os\ndef answer():\n    print('ok')\n    return os.environ.get('LEFT')").stdout == b"ok\n"


def test_runs_side_by_side_are_apart(lab: Lab) -> None:
    async def both() -> list[Record]:
        def one(n: int) -> Any:
            source = f"import time\ndef answer():\n    for _ in range(5):\n        print({n}, end='', flush=True)\n        time.sleep(0.02)\n    return {n}"
            submission = Submission("learner.py", source.encode(), Path("learner.py"))
            return perform(SCENARIO, FIXTURE, submission, Call("answer", ()), seed=n, jail=lab.jail)

        return list(await asyncio.gather(*map(one, range(6))))

    records = lab.do(both())
    assert [record.outcome.value for record in records] == list(range(6))
    assert [record.stdout.decode() for record in records] == [str(n) * 5 for n in range(6)]


# -- the network --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "host"),
    [
        ("socket.create_connection(('192.0.2.1', 80), 1)", "192.0.2.1"),
        ("socket.create_connection(('127.0.0.1', 1), 1)", "127.0.0.1"),
        ("socket.getaddrinfo('api.openai.com', 443)", "api.openai.com"),
        ("__import__('urllib.request').request.urlopen('http://example.com', timeout=1)", "example.com"),
    ],
    ids=["address", "port", "name", "urllib"],
)
def test_other_hosts_are_refused_and_noted(lab: Lab, code: str, host: str) -> None:
    record = lab.run(
        f"import socket\ndef answer():\n    try: {code}\n    except OSError as e: return str(e)\n    return 'reached'"
    )
    assert "only the replay server" in record.outcome.value
    assert [m["host"] for m in record.timeline.of("note") if m["what"] == "elsewhere"] == [host]


OWN_STREAM = """
import io, os, sys, time
out = {out}
def answer():
    out.write({text})
    os.write(1, b"|")
    out.flush()
"""


@pytest.mark.parametrize(
    ("out", "text"),
    [
        ("io.TextIOWrapper(sys.stdout.buffer)", '"piece"'),
        ('open(1, "w", closefd=False)', '"piece"'),
        ('os.fdopen(os.dup(1), "wb")', 'b"piece"'),
    ],
)
def test_the_closer_look_flushes_the_programs_own_streams_over_stdout(lab: Lab, out: str, text: str) -> None:
    code = OWN_STREAM.format(out=out, text=text)
    assert lab.run(code).stdout == b"|piece"
    closer = lab.run(code, trace=True)
    assert closer.stdout == b"piece|"
    assert [moment["what"] for moment in closer.timeline.of("note")].count("own-stream") == 1


def test_the_closer_look_leaves_other_streams_alone(lab: Lab) -> None:
    code = OWN_STREAM.format(out='open("a-file", "w+")', text='"piece"') + "    print(out.name)\n"
    closer = lab.run(code, trace=True)
    assert closer.stdout == b"|a-file\n"
    assert not any(moment["what"] == "own-stream" for moment in closer.timeline.of("note"))
    assert (
        lab.run("import sys\ndef answer():\n    print('a', end='')\n    sys.stderr.write('b')\n", trace=True).stdout
        == b"a"
    )
