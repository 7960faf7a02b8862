"""The same class on a Dask cluster: the same verdicts, whatever dies."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import IO

import pytest

from grader.classroom import dask
from tests import breadth
from tests.classroom.dask_cluster import Cluster
from tests.classroom.small import (
    INSPECT,
    RIGHT,
    WRONG,
    alive,
    begun,
    challenge_of,
    class_of,
    descendants,
    grade_class,
    kill,
    numbered,
    recorded,
    small_kit,
    task,
    wait_until,
)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_kit(tmp_path_factory.mktemp("dask"))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "grades.db"


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate that is its own authority, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@breadth.mark
def test_over_tls_a_workers_death_loses_and_doubles_nothing(kit: Path, tmp_path: Path, db: Path) -> None:
    sources = numbered(RIGHT, 12) | {"w1": WRONG, "w2": WRONG + b"#"}
    folder = class_of(tmp_path / "sub", sources)
    certificate, key = self_signed(tmp_path)
    tls = ("--tls-ca", str(certificate), "--tls-cert", str(certificate), "--tls-key", str(key))
    with Cluster(kit, tmp_path, tls=(certificate, key)) as cluster:
        cluster.start_worker()
        with begun(kit, folder, str(db), "--scheduler", cluster.address, *tls) as process:
            wait_until(lambda: len(recorded(db)) >= 2)
            worker = cluster.workers[0].pid
            processes = descendants(worker)
            kill(worker)
            wait_until(lambda: not any(map(alive, processes)), seconds=10)
            assert process.wait(60) == 0, process.stderr and process.stderr.read()
        assert recorded(db) == [(s, "fail" if s[0] == "w" else "pass") for s in sorted(sources)]


def wait_for(stream: IO[str], words: str) -> None:
    """Reads until that was said: before, it may have had no workers yet, on a busy machine."""
    assert any(words in line for line in iter(stream.readline, "")), words


@breadth.mark
def test_a_scheduler_that_restarts_loses_and_doubles_nothing(kit: Path, tmp_path: Path, db: Path) -> None:
    folder = class_of(tmp_path / "sub", numbered(RIGHT, 12))
    with Cluster(kit, tmp_path) as cluster:
        with begun(kit, folder, str(db), "--scheduler", cluster.address) as process:
            wait_until(lambda: len(recorded(db)) >= 3)
            assert cluster.scheduler is not None
            cluster.scheduler.kill()
            cluster.scheduler.wait()
            assert process.stderr is not None
            wait_for(process.stderr, "does not answer; waiting for it")
            cluster.start_scheduler()
            wait_for(process.stderr, "has no workers; waiting for some")
            cluster.start_worker()
            assert process.wait(120) == 0
            assert "Traceback" not in process.stderr.read()
        assert recorded(db) == [(f"s{i:03}", "pass") for i in range(12)]


@breadth.mark
def test_workers_with_another_kit_grade_nothing(kit: Path, tmp_path: Path, db: Path) -> None:
    other = small_kit(tmp_path)
    with (other / "challenges" / INSPECT / "checks.py").open("a") as file:
        file.write("\n# another\n")
    folder = class_of(tmp_path / "sub", {"ada": RIGHT})
    with Cluster(other, tmp_path) as cluster:
        done = grade_class(kit, folder, str(db), "--scheduler", cluster.address)
    assert done.returncode == 2
    assert "Put the same kit on every machine" in done.stderr
    assert recorded(db) == []


def test_what_is_sent_is_bytes_and_words_and_what_comes_back_is_a_report(
    kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No object of a learner's is pickled: none is even made there."""
    import json
    import pickle

    monkeypatch.setenv("GRADER_KIT", str(kit))
    monkeypatch.setattr(dask, "_judge", None)
    monkeypatch.setenv("TMPDIR", "/tmp")
    order = task(challenge_of(kit)).to_json()
    assert json.loads(json.dumps(order)) == order
    assert pickle.loads(pickle.dumps(dask.grade_there)) is dask.grade_there
    report = dask.grade_there(order)
    assert isinstance(report, str)
    assert json.loads(report)["challenges"][0]["status"] == "pass"
    assert dask._judge is not None
    dask._judge.__exit__()
