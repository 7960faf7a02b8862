"""Confines a run's process, in the order in which that can be done; nothing of it can be taken back.

limits → another user → no new privileges → Landlock → seccomp. Each step needs what the later ones take away.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterable

from grader.jail import landlock, libc, limits, privileges, seccomp
from grader.jail.landlock import READ, WRITE, Places
from grader.jail.spec import Spec
from grader.jail.tiers import CONFINED, SEPARATE


class Confining:
    """What is the same for all runs; made once, by the process that starts them.

    `at_most` is the strongest tier that is wanted; `landlock` and `seccomp` say what there is, and is used.
    """

    def __init__(self, at_most: str = CONFINED) -> None:
        from grader.jail import readable

        self.at_most = at_most
        wanted = sys.platform == "linux" and at_most != SEPARATE
        self.seccomp = wanted and seccomp.HERE is not None
        self.landlock = landlock.version() if wanted and at_most == CONFINED else 0
        self.drops = wanted and os.geteuid() == 0
        paths = readable.places() if self.landlock else []
        self.places = Places(paths)
        self.reads_all = wanted and privileges.only_for_root([*readable.packages(), os.path.realpath(sys.executable)])

    def rules(self, spec: Spec) -> int | None:
        """A descriptor of Landlock's rules for a run, made before the fork, where it is cheap; or None."""
        if not self.landlock:
            return None
        own = Places([*((path, READ) for path in spec.reads), *((path, WRITE) for path in spec.writes)])
        try:
            return landlock.ruleset(self.landlock, [self.places, own], spec.port)
        finally:
            own.close()

    def apply(self, spec: Spec, rules: int | None) -> None:
        """Raises OSError where a step fails; then nothing of the learner's may run."""
        limits.apply(spec.limits, own_user=spec.user is not None)
        if sys.platform == "linux":
            if spec.user is not None or os.geteuid() == 0:
                privileges.drop(spec.user, reads_all=self.reads_all)
            libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)  # it ends with the warm parent; another user forgets that
            privileges.show()
            with contextlib.suppress(OSError):  # before Linux 3.5; then there is no seccomp either
                libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        if rules is not None:
            landlock.restrict(rules)
        if self.seccomp:
            seccomp.install(os.getpid())


def close_all_but(kept: Iterable[int]) -> None:
    """No descriptor above 2 stays open but these: what was inherited may lead out."""
    lowest = 3
    for descriptor in sorted(kept):
        os.closerange(lowest, descriptor)
        lowest = max(lowest, descriptor + 1)
    os.closerange(lowest, max(lowest, _MOST))


_MOST = 65_536  # a descriptor number that no judge reaches
