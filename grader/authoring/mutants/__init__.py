"""Mutation: small slips, made in the reference solution. A slip that passes all checks is a check that is missing.

The idea is DeMillo, Lipton, Sayward, "Hints on Test Data Selection" (1978); the operators are the slips of learners.
"""
