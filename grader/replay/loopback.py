"""Is anything under way between a server on 127.0.0.1 and its clients? The kernel's table of sockets tells.

On a busy machine even the loopback delivers late. Who rests while something is under way to it has not been sent it in
vain, and is not stuck.
"""

from __future__ import annotations

from pathlib import Path

TABLE = Path("/proc/net/tcp")  # columns as in the kernel's Documentation/networking/proc_net_tcp.rst
OPENING, LISTENING = ("02", "03"), "0A"  # SYN_SENT and SYN_RECV


def in_flight(port: int) -> bool:
    """Of the sockets with this port at one end: is one being opened, or has one bytes that the peer's kernel has not
    acknowledged, or that the server has not read? False where the system does not tell."""
    try:
        lines = TABLE.read_text().splitlines()[1:]
    except OSError:
        return False
    return any(_busy(line.split(), f":{port:04X}") for line in lines)


def _busy(fields: list[str], port: str) -> bool:
    _, local, remote, state, queues = fields[:5]
    ours = local.endswith(port)
    if not ours and not remote.endswith(port):
        return False
    unacknowledged, unread = (int(count, 16) for count in queues.split(":"))
    if state == LISTENING:
        return unread > 0  # connections that wait to be accepted
    return state in OPENING or unacknowledged > 0 or (ours and unread > 0)
