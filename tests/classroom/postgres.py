"""A PostgreSQL server of the tests' own: a folder, a socket in it, no port. Stopped when it is left."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

NO_SERVER = "no PostgreSQL server here. On Debian and Ubuntu: sudo apt install postgresql"


def binaries() -> Path | None:
    """The newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: float(p.parts[-3]))
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Postgres:
    """A context manager. `stop` and `start` are what a restart of the server is."""

    def __init__(self) -> None:
        folder = binaries()
        if folder is None:
            assert not os.environ.get("CI"), NO_SERVER
            pytest.skip(NO_SERVER)
        self._bin = folder
        self._root = Path(tempfile.mkdtemp(prefix="kit-pg-", dir="/tmp"))  # a socket's path has to be short
        self._user = self._ordinary_user()
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0

    def _ordinary_user(self) -> str | None:
        """PostgreSQL does not run as root."""
        if os.geteuid() != 0:
            return None
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in names else "nobody"
        os.chown(self._root, pwd.getpwnam(user).pw_uid, -1)
        return user

    def __enter__(self) -> Postgres:
        initdb = [self._bin / "initdb", "-D", self._root / "data", "-U", "kit", "-A", "trust", "-E", "UTF8", "-N"]
        subprocess.run([*initdb, "--locale=C"], user=self._user, cwd="/", check=True, capture_output=True)
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()
        shutil.rmtree(self._root)

    @property
    def pid(self) -> int:
        """Of the server, whose children its connections are."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        settings = [f"unix_socket_directories={self._root}", "listen_addresses=", "fsync=off", "max_connections=30"]
        log = open(self._root / "log", "ab")  # noqa: SIM115 - the server's
        self._process = subprocess.Popen(
            [self._bin / "postgres", "-D", self._root / "data", *(f"--{setting}" for setting in settings)],
            user=self._user, cwd="/", stdout=log, stderr=log,
        )  # fmt: skip
        log.close()
        until = time.monotonic() + 30
        while subprocess.run([self._bin / "pg_isready", "-q", "-h", self._root], check=False).returncode:
            assert time.monotonic() < until, (self._root / "log").read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        """Every connection is cut at once, as in a restart that does not wait."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None

    def new_database(self, like: str = "") -> str:
        """The URL of an empty one, or of a copy of the one with this URL, which nobody may be using."""
        self._databases += 1
        name = f"class{self._databases}"
        template = ["-T", like.partition("?")[0].rpartition("/")[2]] if like else []
        subprocess.run([self._bin / "createdb", "-h", self._root, "-U", "kit", *template, name], check=True)
        return f"postgresql://kit@/{name}?host={self._root}"
