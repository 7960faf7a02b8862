"""`grader live` and `grader play --live`, with `grader serve` as the real endpoint, over real sockets."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.commands import live
from grader.errors import UsageError
from grader.stream.fixture import load
from tests.commands.kits import ROOT, copy_kit, grader
from tests.commands.test_streams import served

NEW = """data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":"Hm"},"logprobs":null,"finish_reason":null}]}

data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}

data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}

data: [DONE]

"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_kit(tmp_path_factory.mktemp("live"), solved=True)


@pytest.fixture
def kit(original: Path) -> Iterator[Path]:
    """The kit; its solutions are as they were afterwards."""
    before = {path: path.read_bytes() for path in (original / "solutions").glob("*.py")}
    yield original
    for path, content in before.items():
        path.write_bytes(content)
    shutil.rmtree(original / ".grader", ignore_errors=True)


@pytest.fixture(scope="module")
def there(original: Path) -> Iterator[dict[str, str]]:
    with served(original, "1/recorded", "--speed", "50") as variables:
        yield variables


def solution(kit: Path, number: str, change: Callable[[str], str]) -> None:
    path = next((kit / "solutions").glob(f"{number}-*.py"))
    path.write_text(change(path.read_text("utf-8")), "utf-8")


def test_solutions_cope_with_an_endpoint_and_its_traits_are_compared(kit: Path, there: dict[str, str]) -> None:
    done = grader(kit, "live", "1", "2", "3", **there)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "3 requests, one a challenge" in done.stdout
    assert "✓ 01 Inspect a chunk: returned {'deltas':" in done.stdout
    assert "✓ 02 Prove include_usage: returned ('To find" in done.stdout
    assert "CompletionUsage(" in done.stdout
    assert "✓ 03 Stream, then validate: raised ValidationError" in done.stdout  # the endpoint knows no recipe
    assert "last chunk, empty choices" in done.stdout
    assert "The fixtures of 01 show all of it." in done.stdout
    assert there["OPENAI_API_KEY"] not in done.stdout + done.stderr


def test_what_no_fixture_shows_is_pointed_out_and_the_reply_kept(kit: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.sse"
    path.write_text(NEW)
    path.with_suffix(".toml").write_text('origin = "hand-made"\nnote = "A test."\ndialect = "groq"\n')
    with served(kit, str(path), "--speed", "50") as there:
        done = grader(kit, "live", "2", **there)
    assert done.returncode == 0, done.stderr
    assert "No fixture of 02 shows `usage`: on 2 chunks." in done.stdout
    assert "No fixture of 02 shows `reasoning`: reasoning." in done.stdout
    assert "`grader record fixtures/02-prove-include-usage/NAME.sse`" in " ".join(done.stdout.split())
    kept = kit / ".grader" / "live" / "02-prove-include-usage.sse"
    assert load(kept).body == path.read_bytes().replace(b'"m"', b'"replayed-model"')
    assert load(kept).about.note == "A reply to: Count from 1 to 10 slowly."
    assert [length for _, length in load(kept).about.reads]
    assert there["OPENAI_API_KEY"] not in kept.read_text() + kept.with_suffix(".toml").read_text()


def test_a_solution_that_does_not_cope_is_told_and_fails(kit: Path, there: dict[str, str]) -> None:
    solution(kit, "01", lambda source: source.replace("json.loads(payload)", "int(payload)"))
    done = grader(kit, "live", "1", **there)
    assert done.returncode == 1
    assert "✗ 01 Inspect a chunk: raised ValueError" in done.stdout
    assert "in inspect_stream" in done.stdout  # the traceback
    assert "dialect" in done.stdout  # the reply came, and is compared all the same


def test_a_second_request_is_refused_and_told(kit: Path, there: dict[str, str]) -> None:
    solution(
        kit,
        "02",
        lambda source: source.replace('    return "".join', "    stream_reply(prompt, True)\n" + '    return "".join'),
    )
    done = grader(kit, "live", "2", **there)
    assert done.returncode == 1
    assert "raised BadRequestError" in done.stdout
    assert "It sent 1 request more, which went nowhere." in done.stdout


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def inspect_stream(prompt): return 1", "It sent no request."),
        ("import os\ndef inspect_stream(prompt): os._exit(3)", "left with exit status 3"),
        ("def inspect_stream(prompt: nonsense", "raised SyntaxError"),
        ("raise SystemExit(4)", "raised SystemExit: 4"),
    ],
)
def test_whatever_a_solution_does_is_told_without_a_traceback_of_ours(
    monkeypatch, capfd, kit: Path, there: dict[str, str], source: str, says: str
) -> None:
    solution(kit, "01", lambda _: source)
    for name, value in (there | {"GRADER_KIT": str(kit), "PYTHONPATH": str(ROOT)}).items():
        monkeypatch.setenv(name, value)
    assert live.run(["1"], show=False, plain=True) == 1
    assert says in capfd.readouterr().out


def test_what_solutions_print_is_shown_when_asked_for(kit: Path, there: dict[str, str]) -> None:
    assert "chat.completion.chunk" not in grader(kit, "live", "1", **there).stdout
    assert "chat.completion.chunk" in grader(kit, "live", "1", "--show", **there).stdout


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"OPENAI_API_KEY": "sk-a-secret"}, "answered 401"),
        ({"MODEL": "another"}, "answered 404"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "Check OPENAI_BASE_URL"),
        ({"OPENAI_BASE_URL": "nonsense"}, "expected an address such as"),
        ({"OPENAI_BASE_URL": ""}, "OPENAI_BASE_URL is not set"),
        ({"OPENAI_API_KEY": ""}, "OPENAI_API_KEY is not set"),
        ({"MODEL": ""}, "MODEL is not set"),
    ],
)
def test_an_endpoint_that_does_not_answer_is_a_matter_of_usage(
    monkeypatch, capfd, kit: Path, there: dict[str, str], change: dict[str, str], says: str
) -> None:
    for name, value in (there | {"GRADER_KIT": str(kit)} | change).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError) as caught:
        live.run([], show=False, plain=True)
    assert says in str(caught.value)
    assert "sk-a-secret" not in str(caught.value) + "".join(capfd.readouterr())


def test_a_challenge_without_a_call_is_left_out_and_a_wrong_call_is_named(kit: Path, there: dict[str, str]) -> None:
    path = kit / "challenges" / "03-stream-then-validate" / "challenge.toml"
    before = path.read_text()
    try:
        path.write_text(before.partition("[live]")[0])
        done = grader(kit, "live", "3", **there)
        assert done.returncode == 0
        assert "has no [live] call" in done.stdout
        assert "0 requests" in done.stdout
        path.write_text(before.partition("[live]")[0] + '[live]\ncall = "stream_recipe("\n')
        done = grader(kit, "live", "3", **there)
        assert done.returncode == 2
        assert "key `live.call`" in done.stderr
    finally:
        path.write_text(before)


def test_play_live_runs_the_learners_file_against_the_endpoint(
    kit: Path, there: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        "import common, os\nprint(common.MODEL, os.environ['OPENAI_BASE_URL'], common.get_client().base_url)\n"
    )
    done = grader(kit, "play", "2", "--live", "--file", str(path), **there)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [there["MODEL"], there["OPENAI_BASE_URL"], there["OPENAI_BASE_URL"] + "/"]
    done = grader(kit, "play", "1", "--live", **there)
    assert done.returncode == 0, done.stderr
    assert "To find the maximum number" in done.stdout


@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "OPENAI_API_KEY", "MODEL"])
def test_play_live_names_the_variable_that_is_missing(kit: Path, there: dict[str, str], name: str) -> None:
    done = grader(kit, "play", "1", "--live", **(there | {name: ""}))
    assert done.returncode == 2
    assert f"{name} is not set" in done.stderr
    assert there["OPENAI_API_KEY"] not in done.stderr
