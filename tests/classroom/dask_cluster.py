"""A Dask scheduler and workers as processes, on a port that was free."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.classroom.small import wait_until
from tests.commands.kits import environment


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Cluster:
    """A context manager. Workers have a process and two threads each, and the kit that they are told."""

    def __init__(self, kit: Path, folder: Path, *, tls: tuple[Path, Path] | None = None) -> None:
        self._kit, self._folder = kit, folder
        self._protocol = "tls" if tls else "tcp"
        certificate, key = tls or ("", "")
        self._tls = ["--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key] if tls else []
        self._port = free_port()
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        return f"{self._protocol}://127.0.0.1:{self._port}"

    def __enter__(self) -> Cluster:
        self.start_scheduler()
        self.start_worker()
        return self

    def __exit__(self, *exc: object) -> None:
        for process in (*self.workers, self.scheduler):
            if process is not None:
                process.send_signal(signal.SIGTERM)
        for process in (*self.workers, self.scheduler):
            if process is not None:
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _start(self, module: str, *args: str | Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{module}", *args, *self._tls]
        env = environment(self._kit) | {"DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "false"}
        with open(self._folder / f"{module}.log", "ab") as log:
            return subprocess.Popen(command, cwd=self._folder, env=env, stdout=log, stderr=log)

    def start_scheduler(self) -> None:
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", str(self._port), "--protocol", self._protocol, "--no-dashboard"
        )  # fmt: skip
        wait_until(lambda: listens(self._port))

    def start_worker(self) -> None:
        worker = self._start(
            "worker", self.address, "--nthreads", "2", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1",
            "--protocol", self._protocol,
        )  # fmt: skip
        self.workers.append(worker)
