"""`serve`, `play` and `record` with real programs over real sockets, and the lesson's scripts word for word."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.stream.fixture import load
from tests.commands.kits import ROOT, copy_kit, environment, grader

LESSON = ROOT.parent / "shared" / "lesson"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_kit(tmp_path_factory.mktemp("streams"), solved=True)


@contextmanager
def served(kit: Path, *args: str) -> Iterator[dict[str, str]]:
    """Runs `grader serve`, and gives the variables that it tells to export."""
    command = [sys.executable, "-m", "grader", "serve", *args]
    with subprocess.Popen(command, cwd=kit, env=environment(kit), stdout=subprocess.PIPE, text=True) as process:
        try:
            lines = [process.stdout.readline().strip() for _ in range(3)]
            yield dict(line.removeprefix("export ").split("=", 1) for line in lines)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


@pytest.fixture(scope="module")
def endpoint(kit: Path) -> Iterator[dict[str, str]]:
    """One for all that gets no reply from it."""
    with served(kit) as variables:
        yield variables


def run(path: Path, variables: dict[str, str], *paths: Path) -> subprocess.CompletedProcess[str]:
    env = {**environment(Path()), **variables, "PYTHONPATH": os.pathsep.join(map(str, paths)), "NO_PROXY": "*"}
    return subprocess.run([sys.executable, str(path)], env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("script", ["stream_raw.py", "stream_sdk.py"])
def test_the_lessons_scripts_run_word_for_word(kit: Path, script: str) -> None:
    if not (LESSON / script).exists():
        assert os.environ.get("CI") != "true", "the lesson lies beside the kit in CI"
        pytest.skip("the lesson is not beside the kit")
    text = load(kit / "fixtures" / "01-inspect-a-chunk" / "count.sse").reply.text
    with served(kit, "1", "--speed", "20") as variables:
        done = run(LESSON / script, variables, kit / "challenges")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(text)
    if script == "stream_sdk.py":
        assert f"reassembled: {len(text)} chars" in done.stdout
        assert "CompletionUsage(" in done.stdout


def test_play_runs_the_learners_file_and_shows_its_output(kit: Path) -> None:
    done = grader(kit, "play", "3")
    text = load(kit / "fixtures" / "03-stream-then-validate" / "recorded.sse").reply.text
    assert done.returncode == 0, done.stderr
    assert text in done.stdout
    assert "Recipe(title=" in done.stdout


def test_play_lets_a_blocking_reply_take_as_long_as_the_stream(kit: Path) -> None:
    """Otherwise blocking would look like the faster way to a whole answer."""
    done = grader(kit, "play", "5")
    last_ms = load(kit / "fixtures" / "05-feel-the-latency" / "recorded.sse").about.reads[-1][0]
    totals = [float(found) for found in re.findall(r"complete after ([\d.]+) s", done.stdout)]
    assert done.returncode == 0, done.stderr
    assert len(totals) == 2
    assert min(totals) >= last_ms / 1000 - 0.05


def test_play_passes_the_exit_status_on(kit: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("raise SystemExit(7)\n")
    assert grader(kit, "play", "1", "--file", str(path)).returncode == 7


def test_a_recording_is_a_fixture_with_reads_and_times_and_without_the_key(kit: Path, tmp_path: Path) -> None:
    target = tmp_path / "reply.sse"
    source = load(kit / "fixtures" / "01-inspect-a-chunk" / "recorded.sse")
    with served(kit, "1/recorded", "--speed", "20") as variables:
        done = grader(kit, "record", str(target), "--include-usage", **variables)
    assert done.returncode == 0, done.stderr
    recorded = load(target)
    assert recorded.reply.text == source.reply.text
    assert recorded.reply.usage == source.reply.usage
    assert len(recorded.about.reads) >= len(source.about.reads) - 2  # two reads may arrive as one
    assert [ms for ms, _ in recorded.about.reads] == sorted(ms for ms, _ in recorded.about.reads)
    assert recorded.about.dialect == "llama.cpp"
    assert variables["OPENAI_API_KEY"] not in target.read_text() + target.with_suffix(".toml").read_text()
    again = grader(kit, "record", str(target), **variables)
    assert again.returncode == 2
    assert "--force" in again.stderr


def test_a_recording_can_be_served(kit: Path, tmp_path: Path) -> None:
    target = tmp_path / "reply.sse"
    with served(kit, "3/recipe", "--speed", "50") as variables:
        grader(kit, "record", str(target), **variables)
    with served(kit, str(target), "--speed", "50") as variables:
        done = run(kit / "solutions" / "03-stream-then-validate.py", variables, kit / "challenges")
    assert "Walnut bread" in done.stdout


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"OPENAI_API_KEY": "sk-other"}, "answered 401"),
        ({"MODEL": "another"}, "answered 404"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "Check OPENAI_BASE_URL"),
        ({"OPENAI_BASE_URL": "nonsense"}, "expected an address such as"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:99999/v1"}, "expected an address such as"),
        ({"OPENAI_BASE_URL": "http://[::1/v1"}, "expected an address such as"),
        ({"MODEL": ""}, "MODEL is not set"),
    ],
)
def test_what_cannot_be_recorded_gets_a_sentence(
    kit: Path, tmp_path: Path, endpoint: dict[str, str], change: dict[str, str], says: str
) -> None:
    done = grader(kit, "record", str(tmp_path / "reply.sse"), **(endpoint | change))
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
