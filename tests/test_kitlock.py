"""KIT.lock: what is not as it was handed out is noticed, told, and billed to nobody."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import kitlock
from grader.challenge import Kit
from tests.commands.kits import copy_kit, grader

FILES = [("grader/a.py", b"a\n"), ("fixtures/01-one/plain.sse", b"data: 1\r\n\r\n"), ("Makefile", b"")]


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    for path, content in FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    (tmp_path / kitlock.NAME).write_text(kitlock.text(FILES, "A kit."))
    return Kit(tmp_path)


def test_a_kit_as_it_was_handed_out_has_a_lock_and_no_change(kit: Kit) -> None:
    lock = hashlib.sha256((kit.root / kitlock.NAME).read_bytes()).hexdigest()
    assert kitlock.compare(kit) == kitlock.Compared(lock, ())
    (kit.root / "mine.py").write_text("what is not listed is the learner's")
    assert kitlock.compare(kit).changed == ()


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum here")
def test_sha256sum_reads_a_lock(kit: Kit) -> None:
    command = ["sha256sum", "--check", "--strict", "--quiet", kitlock.NAME]
    assert subprocess.run(command, cwd=kit.root, check=False).returncode == 0
    (kit.root / "Makefile").write_text("x")
    assert subprocess.run(command, cwd=kit.root, check=False, capture_output=True).returncode == 1


@pytest.mark.parametrize("path", [path for path, _ in FILES])
def test_a_file_that_is_changed_gone_or_no_file_any_more_is_named(kit: Kit, path: str) -> None:
    file = kit.root / path
    file.write_bytes(file.read_bytes() + b" ")
    assert kitlock.compare(kit).changed == (path,)
    file.unlink()
    assert kitlock.compare(kit).changed == (path,)
    file.mkdir()
    assert kitlock.compare(kit).changed == (path,)


def test_a_kit_that_was_not_handed_out_has_nothing_to_compare(tmp_path: Path) -> None:
    assert kitlock.compare(Kit(tmp_path)) == kitlock.Compared()


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_a_lock_of_any_bytes_is_compared_without_an_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    kit = Kit(tmp_path_factory.mktemp("kit"))
    (kit.root / kitlock.NAME).write_bytes(content)
    assert kitlock.compare(kit).changed == (kitlock.NAME,)


@pytest.mark.parametrize("path", ["/etc/passwd", "../outside", "a/../../outside"])
def test_a_lock_that_names_what_is_outside_is_itself_what_changed(kit: Kit, path: str) -> None:
    (kit.root / kitlock.NAME).write_text(f"{'0' * 64}  {path}\n")
    assert kitlock.compare(kit).changed == (kitlock.NAME,)


@pytest.mark.parametrize("path", ["two\nlines", "back\\slash"])
def test_a_path_that_the_form_cannot_say_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a lock"):
        kitlock.text([(path, b"")], "A kit.")


def test_a_grading_with_a_changed_kit_says_so_and_costs_nothing(tmp_path: Path) -> None:
    kit = copy_kit(tmp_path, only=("01",), solved=True)
    checks = kit / "challenges" / "01-inspect-a-chunk" / "checks.py"
    listed = [("challenges/01-inspect-a-chunk/checks.py", checks.read_bytes())]
    (kit / kitlock.NAME).write_text(kitlock.text(listed, "A kit."))
    asked = grader(kit, "grade", "1", "--json", "--seed", "3")
    assert json.loads(asked.stdout)["kit"]["changed"] == []
    assert len(json.loads(asked.stdout)["kit"]["lock"]) == 64
    checks.write_bytes(checks.read_bytes() + b"\n# mine\n")
    done = grader(kit, "grade", "1", "--seed", "3")
    assert done.returncode == 0
    assert "20 of 20 points" in done.stdout
    assert "This kit is not as it was handed out: challenges/01-inspect-a-chunk/checks.py." in done.stdout
