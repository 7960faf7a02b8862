"""The protocol: lines of strict JSON, one object with one key; whatever else comes is nothing."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.jail.spec import Limits, Spec, parse_line

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.sampled_from(["note", "word"]), st.dictionaries(st.text(), JSONS, max_size=4), st.booleans())
def test_a_line_of_the_protocol_is_its_kind_and_object(kind: str, content: dict[str, Any], escaped: bool) -> None:
    assert parse_line(json.dumps({kind: content}, ensure_ascii=escaped).encode("utf-8", "surrogatepass")) == (
        kind,
        content,
    ) or any("\ud800" <= c <= "\udfff" for c in json.dumps(content, ensure_ascii=False))


@given(st.binary())
def test_any_bytes_are_a_line_or_nothing(line: bytes) -> None:
    parsed = parse_line(line)
    assert parsed is None or (parsed[0] in ("note", "word") and type(parsed[1]) is dict)


@given(JSONS)
def test_other_json_is_nothing(value: Any) -> None:
    if not (isinstance(value, dict) and set(value) in ({"note"}, {"word"})):
        assert parse_line(json.dumps(value).encode()) is None


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b" ",
        b"null",
        b"{}",
        b"[]",
        b'"word"',
        b'{"word": 1}',
        b'{"word": null}',
        b'{"word": [{}]}',
        b'{"word": "{}"}',
        b'{"Word": {}}',
        b'{"word": {}, "note": {}}',
        b'{"word": {}, "x": 1}',
        b'{"word": {}} {"word": {}}',
        b'{"word": {}',
        b"{'word': {}}",
        b'{"word": {"value": NaN}}',
        b'{"word": {"value": Infinity}}',
        b'{"word": {"value": -Infinity}}',
        b'{"word": {"value": 01}}',
        b'{"word": {"value": .5}}',
        b'{"word": {"value": True}}',
        b'{"word": {"value": "\xff"}}',
        b'{"word": {"value": "a\nb"}}',
        b'{"word": {},}',
        b'{"word": ' + b"[" * 100_000,
        b'{"word": {"value": ' + b"9" * 10_000 + b"}}",
        b"cos\nsystem\n(S'true'\ntR.",
    ],
    ids=lambda line: ascii(line[:32]),
)
def test_what_is_not_the_protocol_is_nothing(line: bytes) -> None:
    assert parse_line(line) is None


@pytest.mark.parametrize("line", [b'{"word": {"value": 1e999}}', b'{"note": {"what": "x", "t": -1e999}}'], ids=ascii)
def test_no_number_is_infinite(line: bytes) -> None:
    """JSON has no infinity, but Python reads one from `1e999`; it could not be written into a report again."""
    parsed = parse_line(line)
    assert parsed is None or all(math.isfinite(v) for v in parsed[1].values() if isinstance(v, float))


@pytest.mark.parametrize(
    "line",
    [b'{"word": {"kind": "raised"}, "word": {"kind": "returned"}}', b'{"word": {"value": 1, "value": 2}}'],
    ids=ascii,
)
def test_a_key_stands_once(line: bytes) -> None:
    assert parse_line(line) is None


def test_white_space_around_a_line_is_fine() -> None:
    assert parse_line(b' {"word": {"kind": "returned", "value": 1}} \r') == ("word", {"kind": "returned", "value": 1})


@given(
    st.text(),
    st.lists(JSONS, max_size=3),
    st.dictionaries(st.text(), st.text(), max_size=3),
    st.integers(1, 65535),
    st.integers(1, 9),
)
def test_a_spec_comes_through_as_it_was(
    function: str, args: list[Any], env: dict[str, str], port: int, cpu: int
) -> None:
    spec = Spec(
        "/x/a.py",
        function,
        args,
        ["/x"],
        env,
        "/w",
        port,
        "/w/where",
        ["/r"],
        ["/w"],
        60_706,
        Limits(cpu_s=cpu),
        given="Recipe",
        trace=True,
    )
    assert Spec.load(spec.dump()) == spec
