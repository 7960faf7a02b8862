"""Return values as plain JSON: JSON stays, what is not JSON says so, and nothing that is returned breaks it."""

from __future__ import annotations

import enum
import json
from collections import OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from grader.jail.plain import MAX_DEPTH, MAX_NODES, MAX_TEXT, Plainer

JSONS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**400), 2**400)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text().filter(lambda k: k != "$"), inner, max_size=4)
    ),
    max_leaves=20,
)


def convert(value: Any, given: type | None = None) -> Any:
    """Converts, and insists that what comes out is JSON of exact types."""
    plain = Plainer(given).convert(value)
    json.dumps(plain, allow_nan=False)
    assert exact(plain)
    return plain


def exact(value: Any) -> bool:
    if type(value) is dict:
        return all(type(key) is str and exact(item) for key, item in value.items())
    if type(value) is list:
        return all(exact(item) for item in value)
    return type(value) in (str, int, float, bool, type(None))


@given(JSONS)
def test_json_stays_what_it_is(value: Any) -> None:
    assert convert(value) == value
    assert json.dumps(convert(value)) == json.dumps(value), "1, 1.0 and true stay three different things"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")], ids=repr)
def test_numbers_that_json_does_not_have_become_texts(number: float) -> None:
    assert convert([number]) == [{"$": "number", "text": repr(number)}]


def test_an_enormous_integer_is_named_only() -> None:
    assert convert(10**5000) == {"$": "object", "type": "int"}


def test_tuples_are_told_from_lists() -> None:
    pair = namedtuple("pair", "text usage")
    assert convert(("a", [1, (2,)])) == {"$": "tuple", "items": ["a", [1, {"$": "tuple", "items": [2]}]]}
    assert convert(pair("a", None)) == {"$": "tuple", "items": ["a", None]}


def test_mappings_of_other_classes_are_mappings() -> None:
    assert convert(OrderedDict(a=1)) == {"a": 1}
    assert convert(defaultdict(list, a=[1])) == {"a": [1]}


@pytest.mark.parametrize(
    ("value", "keys"),
    [({1: "a"}, ["int"]), ({"$": "model"}, []), ({None: 1, "a": 2}, ["NoneType", "str"])],
    ids=repr,
)
def test_a_dict_whose_keys_are_no_plain_texts_is_named_only(value: Any, keys: list[str]) -> None:
    """Also one that would pass for something else: `$` is ours."""
    assert convert(value) == {"$": "object", "type": "dict", "keys": keys}


class Text(str):
    def __str__(self) -> str:
        return "another"

    def __repr__(self) -> str:
        return "another"

    def __len__(self) -> int:
        return 3

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


class Colour(str, enum.Enum):  # noqa: UP042 - as learners write it
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


def test_subclasses_of_the_json_types_are_what_they_hold() -> None:
    assert convert(Text("what it holds")) == "what it holds"
    assert convert([Colour.RED, Level.HIGH]) == ["red", 3]
    assert convert(type("Whole", (int,), {})(7)) == 7
    assert convert(type("Half", (float,), {})(0.5)) == 0.5
    assert convert(type("Many", (list,), {"__iter__": lambda self: iter("lie")})([1, 2])) == [1, 2]
    assert convert(type("Map", (dict,), {"items": lambda self: [("lie", 1)]})(a=1)) == {"a": 1}


@dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    "value",
    [object(), Point(1), {1, 2}, b"bytes", bytearray(b"x"), iter([]), print, 1j, ...],
    ids=lambda v: type(v).__name__,
)
def test_what_json_does_not_have_is_named_only(value: Any) -> None:
    assert convert(value) == {"$": "object", "type": type(value).__name__}


class Named(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise AssertionError("code of the learner's, run by the report")


@pytest.mark.parametrize("cls", [Point, Named("Point", (), {})], ids=["plain", "with a name that is code"])
def test_a_class_is_named_as_one(cls: type) -> None:
    assert convert(cls) == {"$": "object", "type": "class Point"}


# -- size -------------------------------------------------------------------------------------------------------------


def depth(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, children), default=0)


def test_cycles_end() -> None:
    ring: list[Any] = []
    ring.append(ring)
    knot: dict[str, Any] = {}
    knot["self"] = [knot]
    for value in (ring, knot, (ring, knot)):
        assert depth(convert(value)) <= 2 * (MAX_DEPTH + 3)


def test_a_ring_that_doubles_ends_too() -> None:
    ring: list[Any] = []
    ring += [ring, ring]
    assert len(json.dumps(convert(ring))) < 40 * MAX_NODES


def test_what_is_too_deep_is_cut() -> None:
    value: Any = "core"
    for _ in range(1000):
        value = [value]
    plain = convert(value)
    assert depth(plain) <= MAX_DEPTH + 3
    assert '{"$": "cut"}' in json.dumps(plain)
    assert '{"$": "cut"}' not in json.dumps(convert(_nested(MAX_DEPTH)))


def _nested(levels: int) -> Any:
    return [_nested(levels - 1)] if levels else "core"


def test_what_is_too_long_is_cut() -> None:
    plain = convert(list(range(MAX_NODES + 10)))
    assert plain[: MAX_NODES - 1] == list(range(MAX_NODES - 1))
    assert plain[-1] == {"$": "cut"}


def test_what_is_too_large_is_cut() -> None:
    half = "x" * (MAX_TEXT // 2)
    assert convert([half, half, "y"]) == [half, half, {"$": "cut"}]
    assert convert("x" * (MAX_TEXT + 1)) == {"$": "cut"}


def test_a_text_that_lies_about_its_length_is_cut_all_the_same() -> None:
    assert convert(Text("x" * (MAX_TEXT + 1))) == {"$": "cut"}


# -- pydantic ---------------------------------------------------------------------------------------------------------


class Given(BaseModel):
    title: str
    parts: list[str] = []


class Other(BaseModel, extra="allow"):
    title: str


def test_a_pydantic_object_is_its_fields_and_whose_class_it_is() -> None:
    fields = {"title": "a", "parts": ["b"]}
    assert convert(Given(title="a", parts=["b"]), Given) == {
        "$": "model",
        "name": "Given",
        "given": True,
        "fields": fields,
    }
    assert convert(Given(title="a", parts=["b"]), Other)["given"] is False
    assert convert(Given(title="a", parts=["b"]))["given"] is False


def test_extra_fields_of_a_pydantic_object_are_fields() -> None:
    assert convert(Other(title="a", more={"b": 1}))["fields"] == {"title": "a", "more": {"b": 1}}  # type: ignore[call-arg]


def test_a_class_of_the_same_name_is_not_the_given_one() -> None:
    twin = type("Given", (BaseModel,), {"__annotations__": {"title": str}})
    assert convert(twin(title="a"), Given)["given"] is False


# -- objects that lie ---------------------------------------------------------------------------------------------------


def claims(kind: type) -> Any:
    """An object that says it is a `kind`, as mocks and proxies do."""
    return type("Liar", (), {"__class__": property(lambda self: kind)})()


@pytest.mark.parametrize("kind", [bool, int, float, str, list, tuple, dict, BaseModel], ids=lambda kind: kind.__name__)
def test_an_object_that_claims_to_be_another_is_an_object(kind: type) -> None:
    assert convert([claims(kind)]) == [{"$": "object", "type": "Liar"}]


@pytest.mark.parametrize("kind", [str, dict, list])
def test_a_mock_of_a_class_is_an_object(kind: type) -> None:
    assert convert(Mock(spec=kind)) == {"$": "object", "type": "Mock"}


def _raise(*_: Any) -> Any:
    raise RuntimeError("not convertible")


RAISING = {
    "NoLength": (str, {"__len__": _raise}, "a"),
    "NoInt": (int, {"__int__": _raise, "__index__": _raise}, 1),
    "NoFloat": (float, {"__float__": _raise}, 1.0),
    "NoClass": (list, {"__class__": property(_raise)}, [1]),
}


@pytest.mark.parametrize("name", RAISING)
def test_an_object_whose_methods_raise_is_converted_all_the_same(name: str) -> None:
    """An exception here would look as if the learner's function had raised it."""
    base, methods, held = RAISING[name]
    assert convert([type(name, (base,), methods)(held)]) in ([held], [{"$": "object", "type": name}])


def test_an_object_whose_class_cannot_be_asked_for_is_an_object() -> None:
    value = type("NoClass", (), {"__class__": property(_raise)})()
    assert convert([value]) == [{"$": "object", "type": "NoClass"}]


def test_what_would_take_for_ever_is_cut_as_a_whole() -> None:
    assert convert([1] * 10_000_000) == {"$": "cut"}
    assert convert({"deltas": (1,) * 10_000_000}) == {"deltas": {"$": "cut"}}
