"""Benchmarks: what the grader costs, beside the least that the same work can cost. `python -m bench [NAME…]`."""
