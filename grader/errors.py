"""Two kinds of trouble, never mixed up: what the person at the keyboard can mend, and our own faults."""

from __future__ import annotations


class UsageError(Exception):
    """Something typed, configured or authored is wrong. The message names it, says what was expected, and what to do.

    The command prints it and exits with status 2.
    """


class GraderFault(Exception):
    """The grader itself failed. It costs the learner nothing; the command exits with status 3."""


class Stopped(BaseException):
    """A grading was told to stop, and there is no verdict. Like KeyboardInterrupt, no `except Exception` is meant."""
