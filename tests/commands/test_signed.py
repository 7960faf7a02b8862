"""`grader key new`, `grader grade --sign` and `grader verify`, as a person types them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from grader.cli import app
from grader.commands.convert import run as convert
from grader.commands.signed import verify
from grader.errors import UsageError
from grader.jail.tiers import CONFINED
from grader.show.formats import Format
from grader.signing import new_key
from tests.commands.kits import copy_kit, grader


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_kit(tmp_path_factory.mktemp("signed"), solved=True, only=("01",))


@pytest.fixture(scope="module")
def key(kit: Path) -> Path:
    done = grader(kit, "key", "new", "course.key")
    assert (done.returncode, done.stderr) == (0, "")
    assert "SHA256:" in done.stdout
    return kit / "course.key"


@pytest.fixture(scope="module")
def signed(kit: Path, key: Path) -> Path:
    done = grader(kit, "grade", "--sign", str(key), "--out", "signed.json", "--seed", "7")
    assert (done.returncode, done.stdout) == (0, "")
    tier = json.loads((kit / "signed.json").read_text())["report"]["isolation"]["tier"]
    assert done.stderr == "" if tier == CONFINED else "could have read the key" in done.stderr
    return kit / "signed.json"


def test_a_report_that_was_signed_is_verified_and_says_what_was_graded_how(kit: Path, key: Path, signed: Path) -> None:
    done = grader(kit, "verify", str(signed), "--key", f"{key}.pub")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(signed.read_text())["report"]
    for part in (
        report["challenges"][0]["submission_sha256"], report["kit"]["challenges_sha256"], report["isolation"]["tier"],
        "seed 7, given", "✓ 01-inspect-a-chunk passed",
    ):  # fmt: skip
        assert part in done.stdout


def test_without_a_key_to_expect_it_says_what_that_leaves_open(kit: Path, signed: Path) -> None:
    done = grader(kit, "verify", "-", stdin=signed.read_text())
    assert done.returncode == 0
    assert "Whose key that is" in done.stdout


def test_what_was_changed_is_refused_with_status_1(
    kit: Path, key: Path, signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = kit / "other.json"
    other.write_text(signed.read_text().replace('"points":20', '"points":21'))
    assert other.read_bytes() != signed.read_bytes()
    done = grader(kit, "verify", str(other), "--key", f"{key}.pub", "--plain")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"✗ {other}: was changed after it was signed")
    pretty = kit / "pretty.json"
    pretty.write_text(json.dumps(json.loads(signed.read_text()), indent=2))
    assert verify(pretty, None, True) == 1
    assert "not byte for byte" in capsys.readouterr().out


def test_a_report_that_is_not_signed_or_by_another_key_is_refused(
    kit: Path, signed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = kit / "plain.json"
    plain.write_text(json.dumps(json.loads(signed.read_text())["report"]))
    assert verify(plain, None, True) == 1
    assert "is not signed" in capsys.readouterr().out
    new_key(kit / "another.key")
    assert verify(signed, kit / "another.key.pub", True) == 1
    assert "another key" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["verify", "nowhere.json"], "nowhere.json: no such file"),
        (["verify", "signed.json", "--key", "nowhere.pub"], "nowhere.pub: cannot be read"),
        (["verify", "signed.json", "--key", "signed.json"], "no public key"),
        (["grade", "--sign", "nowhere.key"], "nowhere.key: cannot be read"),
        (["grade", "--sign", "course.key.pub"], "is the public key"),
        (["grade", "--sign", "course.key", "--format", "junit"], "--sign makes signed JSON"),
        (["key", "new", "course.key"], "is there already"),
        (["key", "new", "no/such/folder/key"], "cannot be written"),
    ],
)
def test_wrong_use_is_said_before_anything_is_graded(
    kit: Path, key: Path, signed: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], says: str
) -> None:
    monkeypatch.chdir(kit)
    monkeypatch.setattr("grader.commands.grade.launch", lambda *_: pytest.fail("something is about to be graded"))
    with pytest.raises(UsageError, match=re.escape(says)):
        app(args, standalone_mode=False)


def test_a_signed_report_can_be_brought_into_other_forms(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    convert(signed, Format.junit, None, "1", True)
    assert 'name="01-inspect-a-chunk"' in capsys.readouterr().out


def test_where_the_submission_could_have_read_the_key_it_says_so(kit: Path, key: Path) -> None:
    done = grader(kit, "grade", "--sign", str(key), GRADER_ISOLATION="separate")
    assert done.returncode == 0
    assert "only `separate`, and could have read the key" in done.stderr
    json.loads(done.stdout)


def test_where_it_is_confined_it_cannot(kit: Path, key: Path, tmp_path: Path) -> None:
    thief = tmp_path / "thief.py"
    thief.write_text(f"def inspect_stream(prompt):\n    raise ValueError(open({str(key)!r}).read())\n")
    done = grader(kit, "grade", "--sign", str(key), "--file", str(thief))
    report = json.loads(done.stdout)["report"]
    stolen = "PRIVATE KEY" in done.stdout
    assert not stolen or "could have read the key" in done.stderr
    assert not stolen or report["isolation"]["tier"] != CONFINED
