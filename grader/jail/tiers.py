"""How far a learner's process is confined: three tiers, the strongest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

CONFINED = "confined"  # Landlock, seccomp and limits: files, ports, processes and signals are out of its reach
LIMITED = "limited"  # limits, and what this kernel has of the others
SEPARATE = "separate"  # a process of its own, with the limits that this system knows
TIERS = (CONFINED, LIMITED, SEPARATE)


class Tier(StrEnum):
    """The same, as the command line takes them."""

    confined = CONFINED
    limited = LIMITED
    separate = SEPARATE


@dataclass(frozen=True)
class Confinement:
    """The tier that was reached, as a probe has seen it, and what of the strongest one is missing, in words."""

    tier: str
    missing: list[str] = field(default_factory=list)

    def reaches(self, tier: str) -> bool:
        return TIERS.index(self.tier) <= TIERS.index(tier)


def too_open(wanted: str, reached: Confinement) -> str:
    """What is said where a submission would be confined less than was asked for."""
    return (
        f"--require-isolation {wanted}: here a submission is only `{reached.tier}` ({'; '.join(reached.missing)}). "
        "`grader doctor` says what this machine can do."
    )
