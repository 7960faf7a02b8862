"""Challenges as notebooks. In the learner's kernel: `from grader.notebook import check, replay`."""

from grader.notebook.kernel import check, replay

__all__ = ["check", "replay"]
