"""What the kernel's table of sockets tells of bytes that are under way. Real sockets, on a port of their own."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.replay import loopback
from grader.replay.loopback import in_flight

pytestmark = pytest.mark.skipif(not loopback.TABLE.exists(), reason="no table of sockets here")

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
ROW = (
    "   0: 0100007F:{local:04X} 0100007F:{remote:04X} {state} {unacknowledged:08X}:{unread:08X} 00:00000000 00000000 0"
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def until(holds: Callable[[], bool]) -> bool:
    """Waits for what must come soon; False where it does not come at all."""
    for _ in range(500):
        if holds():
            return True
        time.sleep(0.01)
    return holds()


def test_nothing_is_under_way_where_nobody_has_come(listener: socket.socket) -> None:
    assert not in_flight(listener.getsockname()[1])


def test_a_connection_that_waits_to_be_accepted_is_under_way(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)):
        assert in_flight(port)
        accepted, _ = listener.accept()
        with accepted:
            assert until(lambda: not in_flight(port))


def test_what_the_server_has_not_read_is_under_way_and_what_the_client_has_not_read_is_not(
    listener: socket.socket,
) -> None:
    port = listener.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)) as client, listener.accept()[0] as server:
        client.sendall(b"a request")
        assert in_flight(port)
        server.recv(100)
        server.sendall(b"a reply")
        assert until(lambda: not in_flight(port)), "the client's kernel has it: its program may read it"


def test_what_the_client_s_kernel_cannot_take_is_under_way(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)) as client, listener.accept()[0] as server:
        server.setblocking(False)
        sent = 0
        try:
            while True:
                sent += server.send(bytes(65536))
        except BlockingIOError:
            assert in_flight(port)
        while sent:
            sent -= len(client.recv(sent))
        assert until(lambda: not in_flight(port))


@pytest.mark.parametrize(
    ("row", "under_way"),
    [
        ({"local": 8000}, False),
        ({"local": 8000, "unread": 1}, True),
        ({"local": 8000, "unacknowledged": 1}, True),
        ({"remote": 8000, "unread": 1}, False),
        ({"remote": 8000, "unacknowledged": 1}, True),
        ({"remote": 8000, "state": "02"}, True),
        ({"local": 8000, "state": "03"}, True),
        ({"local": 8000, "state": "0A"}, False),
        ({"local": 8000, "state": "0A", "unread": 1}, True),
        ({"local": 8001, "remote": 7999, "unread": 1, "unacknowledged": 1}, False),
    ],
)
def test_rows_of_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: dict, under_way: bool) -> None:
    whole = {"local": 1, "remote": 2, "state": "01", "unacknowledged": 0, "unread": 0, **row}
    table = tmp_path / "tcp"
    table.write_text(f"{HEAD}\n{ROW.format(**whole)}\n")
    monkeypatch.setattr(loopback, "TABLE", table)
    assert in_flight(8000) is under_way


def test_a_system_without_the_table_tells_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "TABLE", tmp_path / "none")
    assert not in_flight(8000)
