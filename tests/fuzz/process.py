"""What comes out of a learner's process: lines of the protocol, a dump of where it stands, and whole runs of garbage."""

from __future__ import annotations

import asyncio
import json
import random
import re
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from grader.grading import Grading, Work
from grader.jail.jail import UNKNOWN, Jail, Process
from grader.jail.notes import heard
from grader.jail.pipes import Listener
from grader.jail.plain import is_plain
from grader.jail.spec import Spec, parse_line
from grader.outcome import from_word, standing_at
from grader.report import ChallengeReport, Kit, Report
from grader.running import Record, perform
from grader.scenario import Submission
from grader.show.formats import Format, render
from grader.show.wire import _ending, _note
from grader.stored import parsed
from tests.corpus import challenges
from tests.fuzz import mutate
from tests.fuzz.engine import Target
from tests.fuzz.record import examples

FILE = "/run/code/answer.py"
DUMP = f'Current thread 0x1 (most recent call first):\n  File "/lib/x.py", line 3 in f\n  File "{FILE}", line 12 in g\n'


@cache
def lines() -> list[Any]:
    return [value for line in examples("lines") if (value := _json(line)) is not None]


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


# -- lines of the protocol ------------------------------------------------------------------------------------------


def a_line(rng: random.Random) -> bytes:
    return mutate.dumped(rng, mutate.one_of_many(rng, rng.choice(lines())))


def takes_a_line(data: bytes) -> None:
    for line in data.split(b"\n"):
        parsed_line = parse_line(line)
        if parsed_line is None:
            continue
        kind, content = parsed_line
        if kind == "note":
            note = heard(content)
            assert note is None or json.dumps(_note(note[1]))
        elif kind == "word":
            outcome = from_word(content)
            assert is_plain(outcome.value)
            json.dumps(_ending(outcome), allow_nan=False)
        else:
            is_plain(content.get("about"))


def a_dump(rng: random.Random) -> bytes:
    said = DUMP.replace("12", rng.choice(("12", "0", "9" * rng.choice((6, 7, 5000)), "١٢", "-1", "12 ")))
    return mutate.raw(rng, said.encode())


def takes_a_dump(data: bytes) -> None:
    for frame in standing_at(data.decode("utf-8", "replace"), FILE).get("frames", []):
        assert 0 <= frame["line"] < 1_000_000
        assert len(frame["function"]) <= 500


# -- whole runs -----------------------------------------------------------------------------------------------------


class Garbage:
    """A jail whose processes are none: what they write, and ask the server, is given."""

    confinement, drops = UNKNOWN, False

    def __init__(self, said: dict[str, Any]) -> None:
        self._said = said

    async def start(self, libraries: list[str], port: int, key: str) -> None:
        return None

    async def stop(self) -> None:
        return None

    async def run(self, spec: Spec, stdout: Listener, stderr: Listener, word: Listener) -> Process:
        stdout.__self__.over.set()  # type: ignore[attr-defined]  # so that the server waits for nothing
        for request in self._said["requests"]:
            await _ask(spec, request)
        Path(spec.where).write_bytes(self._bytes("where", spec))
        stdout(self._bytes("stdout", spec))
        stderr(self._bytes("stderr", spec))
        word(self._bytes("word", spec))
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        ended.set_result(self._said["code"])
        return Process(2**22 + 1, ended, lambda: None, lambda: None, lambda value: None)

    def _bytes(self, name: str, spec: Spec) -> bytes:
        return _filled(self._said[name], spec)


def _filled(text: str, spec: Spec) -> bytes:
    prefix = "/" + spec.env["OPENAI_BASE_URL"].split("/", 3)[3]
    known = {
        "KEY": spec.env["OPENAI_API_KEY"], "MODEL": spec.env["MODEL"], "PATH": prefix, "FILE": spec.file,
        "PROMPT": spec.args[0] if spec.args and isinstance(spec.args[0], str) else "",
    }  # fmt: skip
    return re.sub("<(KEY|MODEL|PATH|FILE|PROMPT)>", lambda m: known[m[1]], text).encode("latin-1", "replace")


async def _ask(spec: Spec, request: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", spec.port)
    data = _filled(request, spec)
    head, _, body = data.partition(b"\r\n\r\n")
    writer.write(head.replace(b"<LENGTH>", str(len(body)).encode()) + b"\r\n\r\n" + body)
    try:
        writer.write_eof()
        while await asyncio.wait_for(reader.read(65536), 5):
            pass
    except OSError:  # it was reset
        pass
    writer.close()


class Garbled:
    """Stands for a session."""

    def __init__(self, jail: Jail) -> None:
        self._jail, self._alone = jail, threading.Lock()

    def perform(self, *args: Any, libraries: Any = (), stop: Any = None, **kwargs: Any) -> Record:
        with self._alone:
            return _loop().run_until_complete(perform(*args, jail=self._jail, **kwargs))


_loops = threading.local()


def _loop() -> asyncio.AbstractEventLoop:
    """One that complains: an exception that nobody caught is one that a learner's process has brought about."""
    if not hasattr(_loops, "loop"):
        _loops.loop = asyncio.new_event_loop()
    return _loops.loop  # type: ignore[no-any-return]


BODY = {"model": "<MODEL>", "messages": [{"role": "user", "content": "<PROMPT>"}], "stream": True}
HEAD = "POST <PATH>/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer <KEY>\r\nContent-Length: <LENGTH>"
SOURCE = b"import os\n\ndef answer(prompt):\n    x = [\n        1]\n    return x\n"


def a_request(rng: random.Random) -> str:
    body: Any = {**BODY, "stream_options": {"include_usage": True}} if rng.random() < 0.3 else dict(BODY)
    if rng.random() < 0.2:
        del body["stream"]
    head, how = HEAD, rng.random()
    if how < 0.15:
        body = mutate.one_of_many(rng, body)
    elif how < 0.2:
        head = mutate.text(rng, head)
    elif how < 0.3:
        head = head.replace("POST <PATH>/chat/completions", rng.choice(("GET <PATH>/models", "POST http://[", "GET /")))
    return f"{head}\r\n\r\n" + mutate.dumped(rng, body).decode("latin-1")


def a_run(rng: random.Random) -> bytes:
    said = [rng.choice(lines()) for _ in range(rng.choice((0, 1, 3, 20)))]
    said = [line for line in said if "word" not in line]
    inside = rng.random() < 0.85  # one line that is none, and the word counts no more
    words = (a_word(rng) for _ in range(8 if rng.random() < 0.8 else 1))
    word = next((word for word in words if _counts(word)), None) or a_word(rng)
    asks = [line for line in said if "ask" in line][inside:]
    said = [*(_changed(rng, line, inside) for line in said if line not in asks), word]
    printed = [rng.choice(examples("printed")) for _ in range(rng.choice((0, 1, 3)))]
    return json.dumps({
        "challenge": rng.choice(list(challenges())),
        "requests": [a_request(rng) for _ in range(rng.choice((0, 1, 1, 1, 1, 2, 3)))],
        "word": b"".join(mutate.dumped(rng, line, valid=inside) + b"\n" for line in said).decode("latin-1"),
        "stdout": b"".join(mutate.raw(rng, out) for out in printed).decode("latin-1"),
        "stderr": mutate.raw(rng, b"Traceback (most recent call last):\n").decode("latin-1"),
        "where": a_dump(rng).decode("latin-1").replace(FILE, "<FILE>"),
        "code": rng.choice((0, 0, 1, -9, -11, -24, -40, 255)),
    }).encode()  # fmt: skip


def _changed(rng: random.Random, line: Any, inside: bool) -> Any:
    if not inside:
        return mutate.one_of_many(rng, line)
    return {"note": mutate.one_of_many(rng, line["note"])} if "note" in line and rng.random() < 0.8 else line


def _counts(line: Any) -> bool:
    parsed_line = parse_line(json.dumps(line, default=lambda deep: None).encode())
    return parsed_line is not None and from_word(parsed_line[1]).kind != "killed"


def a_word(rng: random.Random) -> Any:
    """One that was recorded, one with an odd value, or one that is changed."""
    how, word = rng.random(), rng.choice([line for line in lines() if "word" in line])
    if how < 0.1:
        return word
    if how < 0.4:
        value = rng.choice((mutate.odd(rng), [mutate.odd(rng), "x"], {"$": "tuple", "items": [mutate.odd(rng), "x"]}))
        return {"word": {"kind": "returned", "value": value}}
    return {"word": mutate.one_of_many(rng, word["word"])}


NOTHING = {
    "challenge": "01-inspect-a-chunk",
    "requests": [],
    "code": 0,
    **dict.fromkeys(("word", "stdout", "stderr", "where"), ""),
}


def takes_a_run(data: bytes) -> None:
    """The whole way: the run is judged, explained, drawn, told in all forms, and read back."""
    said = {**NOTHING, **json.loads(data)}
    challenge = challenges()[said["challenge"]]
    submission = Submission(challenge.card.file, SOURCE, Path(challenge.card.file))
    troubles: list[dict[str, Any]] = []
    _loop().set_exception_handler(lambda _, context: troubles.append(context))
    grading = Grading(Garbled(Garbage(said)), Work(challenge, submission), 7)  # type: ignore[arg-type]
    grading.up_to(len(grading.checks) - 1)
    made = grading.report()
    for trouble in troubles:
        raise trouble.get("exception") or AssertionError(trouble["message"])
    for check in made.checks:
        assert check.status != "error", f"{check.id}: {check.message}"
    assert made.status in ("fail", "not-started")
    told(one_of(made))


def one_of(challenge: ChallengeReport) -> Report:
    return Report(
        schema="grader/result/v1", kit=Kit(version="0", challenges_sha256="0"), seed=7,
        isolation={"tier": "process", "missing": []}, started="2026-01-01T00:00:00Z", duration_s=1,
        points=challenge.points, max_points=challenge.max_points, status="fail", challenges=[challenge],
    )  # fmt: skip


def told(report: Report) -> None:
    """In all forms; and as JSON it is what it was."""
    for form in Format:
        for hints in (0, 3):
            text = render(report, form, hints)
            text.encode()
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]", text), form
    again = Report.model_validate(parsed(report.to_json().encode(), Path("r")))
    assert again == report


def targets() -> Iterator[Target]:
    yield Target("lines", a_line, takes_a_line, 440)
    yield Target("dumps", a_dump, takes_a_dump, 40)
    yield Target("runs", a_run, takes_a_run, 4)
