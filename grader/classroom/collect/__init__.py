"""A folder, a zip or a git clone of submissions → students, and what each handed in for which challenge."""

from grader.classroom.collect.gather import collect

__all__ = ["collect"]
