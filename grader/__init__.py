"""Challenges on streamed LLM replies, graded by replaying recorded streams to the learner's own code."""

__version__ = "0.1.0"
