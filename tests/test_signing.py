"""Signed reports: the one form of their bytes, and that none of them can be another."""

from __future__ import annotations

import base64
import json
import math
import re
import stat
import struct
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import signing
from grader.errors import UsageError
from grader.report import Report
from tests import breadth
from tests.show.reports import everything

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
REPORT = everything("olá 安全")
SIGNED = signing.sign(REPORT, KEY).encode()

WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
TEXTS = st.text(st.characters(codec="utf-8"))
PLAIN = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15) | TEXTS  # of a moment
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


# -- the form ---------------------------------------------------------------------------------------------------------


@given(JSON)
def test_the_form_says_the_same_and_has_one_spelling(data: object) -> None:
    once = signing.canonical(data)
    again = signing.parsed(once)
    assert again == data
    assert signing.canonical(again) == once


@given(st.dictionaries(TEXTS, WHOLE, min_size=2))
def test_keys_stand_in_the_order_of_their_utf_16_units_whatever_the_order_was(table: dict[str, int]) -> None:
    backwards = dict(reversed(table.items()))
    assert signing.canonical(backwards) == signing.canonical(table)
    keys = list(json.loads(signing.canonical(table)))
    assert keys == sorted(table, key=lambda key: key.encode("utf-16-be"))


@pytest.mark.parametrize(
    ("bits", "said"),  # RFC 8785, appendix B
    [
        ("0000000000000000", "0"), ("8000000000000000", "0"), ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"), ("4340000000000000", "9007199254740992"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"), ("444b1ae4d6e2ef50", "1e+21"), ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"), ("41b3de4355555555", "333333333.3333333"),
    ],
)  # fmt: skip
def test_numbers_are_said_as_ecmascript_says_them(bits: str, said: str) -> None:
    assert signing.canonical(struct.unpack(">d", bytes.fromhex(bits))[0]).decode() == said


@pytest.mark.parametrize("data", [2**53 + 1, -(2**60), math.nan, math.inf, {"a": [math.nan]}])
def test_what_cannot_be_said_exactly_is_refused(data: object) -> None:
    with pytest.raises(ValueError):
        signing.canonical(data)


def test_only_what_must_be_escaped_is() -> None:
    assert (
        signing.canonical({"é\x0f": '€$\x0f\nA\'B"\\\\"/'}) == '{"é\\u000f":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    )


# -- what was signed stays as it was ----------------------------------------------------------------------------------


def test_a_signed_report_is_the_report_by_its_key() -> None:
    signed = signing.verify(SIGNED, PUBLIC)
    assert signed.report == REPORT
    assert signed.key == PUBLIC
    assert signing.verify(SIGNED).report == REPORT
    assert SIGNED.endswith(b"}\n")
    assert SIGNED.count(b"\n") == 1


@settings(max_examples=breadth.examples(400), deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_no_byte_can_be_another(place: int, difference: int) -> None:
    changed = bytearray(SIGNED)
    changed[place] ^= difference
    with pytest.raises(signing.Refused):
        signing.verify(bytes(changed), PUBLIC)
    with pytest.raises(signing.Refused):
        signing.verify(bytes(changed))


def test_no_byte_of_the_key_or_the_signature_can_be_another_that_decodes_to_the_same() -> None:
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    envelope = json.loads(SIGNED)
    for field in ("key", "signature"):
        start = SIGNED.index(envelope[field].encode())
        for place in range(start + len(envelope[field]) - 4, start + len(envelope[field])):
            for letter in letters:
                changed = SIGNED[:place] + bytes([letter]) + SIGNED[place + 1 :]
                if changed != SIGNED:
                    with pytest.raises(signing.Refused):
                        signing.verify(changed)


@given(st.integers(0, len(SIGNED)), st.binary(min_size=1, max_size=3))
def test_no_byte_can_be_added_or_left_out(place: int, more: bytes) -> None:
    with pytest.raises(signing.Refused):
        signing.verify(SIGNED[:place] + more + SIGNED[place:])
    if place < len(SIGNED):
        with pytest.raises(signing.Refused):
            signing.verify(SIGNED[:place] + SIGNED[place + len(more) :])


@given(st.binary(max_size=300) | JSON.map(lambda data: json.dumps(data).encode()))
def test_anything_else_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(signing.Refused) as refused:
        signing.verify(content)
    assert str(refused.value).isprintable()


ENVELOPE = json.loads(SIGNED)
ALTERED = {
    "more points": lambda e: e["report"]["challenges"][0].update(points=7),
    "another submission": lambda e: e["report"]["challenges"][0].update(submission_sha256="1" * 64),
    "another tier": lambda e: e["report"]["isolation"].update(tier="landlock", missing=[]),
    "another kit": lambda e: e["report"]["kit"].update(challenges_sha256="f" * 64),
    "another seed": lambda e: e["report"].update(seed=8),
    "a seed that was given": lambda e: e["report"].update(seed_given=True),
    "another key": lambda e: e.update(key=base64.b64encode(OTHER.public_key().public_bytes_raw()).decode()),
    "no key": lambda e: e.pop("key"),
    "a field more": lambda e: e.update(comment="x"),
    "no text": lambda e: e.update(signature=7),
    "no signature": lambda e: e.update(signature=""),
    "a number that cannot be said": lambda e: e["report"].update(seed=2**60),
}  # fmt: skip


@pytest.mark.parametrize("name", ALTERED)
def test_not_even_in_the_right_form(name: str) -> None:
    envelope = json.loads(SIGNED)
    ALTERED[name](envelope)
    content = signing.canonical(envelope) if name != "a number that cannot be said" else json.dumps(envelope).encode()
    with pytest.raises(signing.Refused):
        signing.verify(content + b"\n")


def test_a_field_that_stands_twice_is_refused() -> None:
    twice = SIGNED.replace(b'{"key"', b'{"schema":"grader/signed/v1","key"', 1)
    assert json.loads(twice) == json.loads(SIGNED)
    with pytest.raises(signing.Refused):
        signing.verify(twice)


def test_with_another_key_it_is_whole_and_refused_by_name() -> None:
    with pytest.raises(signing.Refused, match=r"signed with another key, SHA256:[A-Za-z0-9+/]{43}$"):
        signing.verify(signing.sign(REPORT, OTHER).encode(), PUBLIC)


def test_a_signature_on_something_else_is_no_signature_on_a_report() -> None:
    """The schema is signed, too: what the key's holder signs elsewhere cannot be made into a report."""
    data = json.loads(REPORT.to_json())
    loose = {"report": data, "key": base64.b64encode(PUBLIC).decode(), "schema": "grader/signed/v1"}
    for signature in (KEY.sign(signing.canonical(data)), KEY.sign(json.dumps(loose).encode())):
        whole = {**loose, "signature": base64.b64encode(signature).decode()}
        with pytest.raises(signing.Refused):
            signing.verify(signing.canonical(whole) + b"\n")


def test_what_is_signed_and_no_report_is_refused() -> None:
    loose = {
        "report": {"schema": "grader/result/v1"},
        "key": base64.b64encode(PUBLIC).decode(),
        "schema": "grader/signed/v1",
    }
    signature = base64.b64encode(KEY.sign(signing.canonical(loose))).decode()
    with pytest.raises(signing.Refused, match="no report that this version"):
        signing.verify(signing.canonical({**loose, "signature": signature}) + b"\n")


@given(PLAIN | st.lists(PLAIN, max_size=4))
def test_a_signed_report_is_verified_whatever_data_its_runs_hold(data: object) -> None:
    report = REPORT.model_copy(deep=True)
    report.challenges[0].runs[0].timeline["events"].append({"kind": "note", "at": 1.5, "data": data})
    assert signing.verify(signing.sign(report, KEY).encode(), PUBLIC).key == PUBLIC


def test_a_report_with_a_seed_that_json_cannot_say_is_not_signed() -> None:
    with pytest.raises(UsageError, match="cannot be signed"):
        signing.sign(Report.model_validate({**json.loads(REPORT.to_json()), "seed": 10**20}), KEY)


# -- keys -------------------------------------------------------------------------------------------------------------


def test_a_pair_of_keys_fits_and_the_private_one_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "course"
    name = signing.new_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key, public = signing.private_key(path), signing.public_key(tmp_path / "course.pub")
    assert key.public_key().public_bytes_raw() == public
    assert name == signing.fingerprint(public)
    assert re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", name)
    assert signing.verify(signing.sign(REPORT, key).encode(), public).report == REPORT


@pytest.mark.parametrize("there", ["course", "course.pub"])
def test_no_key_is_ever_replaced_and_no_half_of_a_pair_is_left(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        signing.new_key(tmp_path / "course")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(there, "mine")]


def _pem(key: object, password: bytes = b"") -> bytes:
    lock = form.BestAvailableEncryption(password) if password else form.NoEncryption()
    return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, lock)


WRONG = {
    "no PEM": (b"hello", "no private key"),
    "empty": (b"", "no private key"),
    "another kind": (_pem(generate_private_key(SECP256R1())), "another kind"),
    "locked": (_pem(KEY, b"secret"), "passphrase"),
    "the public one": (
        KEY.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo), "the public key"),
    "cut": (_pem(KEY)[:-40], "no private key"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_is_no_private_key_is_named_with_what_it_is(tmp_path: Path, name: str) -> None:
    content, says = WRONG[name]
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(UsageError, match=says) as error:
        signing.private_key(path)
    assert str(path) in str(error.value)


def test_a_private_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    signing.new_key(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        signing.private_key(tmp_path / "key")


def test_a_file_that_is_no_public_key_is_named_with_what_it_is(tmp_path: Path) -> None:
    signing.new_key(tmp_path / "key")
    with pytest.raises(UsageError, match="is the private key"):
        signing.public_key(tmp_path / "key")
    (tmp_path / "none").write_text("hello")
    with pytest.raises(UsageError, match="no public key"):
        signing.public_key(tmp_path / "none")
    with pytest.raises(UsageError, match="cannot be read"):
        signing.public_key(tmp_path / "nowhere")


@pytest.mark.parametrize("package", ["cryptography", "rfc8785"])
def test_where_a_package_is_missing_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=r"install\.sh \.venv sign"):
        signing.verify(SIGNED)
    with pytest.raises(UsageError, match=r"install\.sh \.venv sign"):
        signing.sign(REPORT, KEY)
        signing.new_key(tmp_path / "key")


def test_docs_signing_md_is_what_another_implementation_needs() -> None:
    """By the words of docs/signing.md alone, without the grader's own code."""
    import rfc8785
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    whole = json.loads(SIGNED)
    signature = base64.b64decode(whole.pop("signature"))
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(whole["key"]))
    key.verify(signature, rfc8785.dumps(whole))
    assert set(whole) == {"schema", "report", "key"}
