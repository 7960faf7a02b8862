"""Some cases of each target. `make fuzz` plays a million; a failing number is played again by `--from N --cases 1`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import breadth
from tests.fuzz.engine import attempt
from tests.fuzz.targets import TARGETS

CASES = {"lines": 300, "bodies": 200, "notebooks": 150, "connections": 100, "dumps": 100, "rosters": 60, "outputs": 60}
FEW = {"sources": 60, "memories": 30, "zips": 20, "runs": 15, "reports": 10, "signed": 60, "tokens": 60}


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_in_is_dealt_with(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=breadth.examples((CASES | FEW)[name]), database=None)
    @given(st.integers(0, 2**40))
    def played(number: int) -> None:
        failure = attempt(target, target.made(number), number)
        assert failure is None, f"python -m tests.fuzz {name} --from {number} --cases 1\n{failure.told}"

    played()


@pytest.mark.parametrize("name", TARGETS)
def test_a_number_makes_the_same_case_again(name: str) -> None:
    assert [TARGETS[name].made(n) for n in range(5)] == [TARGETS[name].made(n) for n in range(5)]


def test_shares_are_of_a_thousand() -> None:
    assert sum(target.share for target in TARGETS.values()) == 1000
