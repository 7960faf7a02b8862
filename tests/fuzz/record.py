"""Makes the examples that cases begin with: what real runs wrote on the word pipe, asked for, printed, and were told.

`python -m tests.fuzz.record` grades the solutions, and a few programs that are wrong, and keeps one example of each
shape. Wanted again only where the protocol changes.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from grader.grading import Work, grade
from grader.listening import Listening
from grader.replay.server import Connection
from grader.session import Session
from tests import corpus

SEEDS = Path(__file__).with_name("seeds")
WRONG = 4  # of a challenge
MOST_LINE, MOST_OUT = 3000, 1500
SHAPES = 6  # examples of one shape


class Ear:
    """Listens in on a grading."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {}
        self.requests: dict[str, list[str]] = {}
        self.printed: dict[str, list[str]] = {}

    def listen(self) -> None:
        line, stdout, received = Listening._line, Listening._stdout, Connection.data_received

        def on_line(listening: Listening, data: bytes) -> None:
            for one in data.split(b"\n"):
                _keep(self.lines, _shape_of_line(one), one, MOST_LINE)
            line(listening, data)

        def on_stdout(listening: Listening, data: bytes) -> None:
            _keep(self.printed, str(len(data).bit_length()), data, MOST_OUT)
            stdout(listening, data)

        def on_request(connection: Connection, data: bytes) -> None:
            _keep(self.requests, data[:12].decode("latin-1") + str(data.count(b"\r\n")), data, MOST_LINE)
            received(connection, data)

        Listening._line, Listening._stdout = on_line, on_stdout  # type: ignore[method-assign]
        Connection.data_received = on_request  # type: ignore[method-assign]


def _keep(known: dict[str, list[str]], shape: str, data: bytes, most: int) -> None:
    found = known.setdefault(shape, [])
    text = data.decode("latin-1")
    if data and len(data) <= most and len(found) < SHAPES and text not in found:
        found.append(text)


def _shape_of_line(line: bytes) -> str:
    try:
        ((kind, content),) = json.loads(line).items()
        value = content.get("value")
        return f"{kind} {content.get('what')} {content.get('kind')} {content.get('type')} {type(value).__name__}"
    except (ValueError, AttributeError):
        return "a part of one"


def main() -> None:
    ear = Ear()
    ear.listen()
    cases = [*corpus.right()[: len(corpus.challenges())]]
    for id in corpus.challenges():
        cases += [case for case in corpus.one_of_each() if case.challenge == id][:WRONG]
    reports: list[Any] = []
    with Session(["requests", "urllib", "openai", "pydantic"]) as session:
        kit = next(iter(corpus.challenges().values())).kit
        for case in cases:
            challenge = corpus.challenges()[case.challenge]
            report = grade(session, kit, [Work(challenge, challenge.submission(case.path))], seed=7)
            report.isolation.tier, report.isolation.missing = "confined", []
            reports.append(json.loads(report.to_json()))
            print(case.name, report.status)
    SEEDS.mkdir(exist_ok=True)
    for name, known in (("lines", ear.lines), ("requests", ear.requests), ("printed", ear.printed)):
        _write(name, [text for shape in sorted(known) for text in known[shape]])
    reports.sort(key=lambda report: len(json.dumps(report)))
    _write("reports", [json.dumps(_shortened(report)) for report in reports[:: max(1, len(reports) // 12)]])


def _shortened(report: Any) -> Any:
    """Some runs, and of each some moments."""
    for challenge in report["challenges"]:
        challenge["runs"] = challenge["runs"][:3]
        for run in challenge["runs"]:
            run["timeline"]["events"] = [*run["timeline"]["events"][:18], *run["timeline"]["events"][-6:]]
    return report


def _write(name: str, texts: list[str]) -> None:
    content = "".join(json.dumps(text) + "\n" for text in texts)
    assert str(Path.home()) not in content and "grader-run-" not in content, "nothing of this machine"
    (SEEDS / f"{name}.jsonl.gz").write_bytes(gzip.compress(content.encode(), mtime=0))
    print(f"{name}: {len(texts)} examples, {len(content)} bytes")


@cache
def examples(name: str) -> list[bytes]:
    """What was recorded: lines, requests, printed, or reports."""
    text = gzip.decompress((SEEDS / f"{name}.jsonl.gz").read_bytes()).decode()
    return [json.loads(line).encode("latin-1" if name != "reports" else "utf-8") for line in text.splitlines()]


if __name__ == "__main__":
    main()
