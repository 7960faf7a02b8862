"""All targets, by name."""

from __future__ import annotations

from tests.fuzz import files, process, trust, wire

TARGETS = {target.name: target for family in (process, wire, files, trust) for target in family.targets()}
