"""Resource limits (setrlimit(2)) of a run's process."""

from __future__ import annotations

import contextlib
import sys

from grader.jail.spec import Limits

try:
    import resource  # now: each run would import it again
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


def apply(limits: Limits, *, own_user: bool) -> None:
    """`own_user`: nothing else runs as this process's user, so that a limit of processes counts this run alone."""
    if resource is None:
        return
    wanted = {
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_FSIZE: limits.file_size,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":
        wanted[resource.RLIMIT_AS] = limits.addresses
        wanted[resource.RLIMIT_DATA] = limits.memory
        wanted[resource.RLIMIT_MSGQUEUE] = wanted[resource.RLIMIT_RTPRIO] = 0
        if own_user:
            wanted[resource.RLIMIT_NPROC] = limits.threads
    for what, most in wanted.items():
        hard = resource.getrlimit(what)[1]
        top = most if hard == resource.RLIM_INFINITY else min(most, hard)
        spare = 2 if what == resource.RLIMIT_CPU else 0  # SIGXCPU comes at the soft limit, and says what happened
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (top, top + spare if hard == resource.RLIM_INFINITY else top))
