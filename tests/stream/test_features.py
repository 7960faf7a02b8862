"""What a stream has that the plainest one has not."""

import pytest
from hypothesis import given
from sse_bytes import cuts

from grader.stream import features as has
from grader.stream.features import FEATURES, features


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ((), set()),
        ((b"data: x\n\n", b"data: yes no\n\n"), set()),
        ((b"data: x\n\ndata: y\n\n",), {has.CUT}),
        ((b"data: x", b"\n\n"), {has.CUT}),
        ((b"data: x\n\n", b""), {has.EMPTY_READ}),
        ((b"data: x\ndata: y\n\n",), {has.MULTI}),
        ((b"data: x\r\n\r\n",), {has.CRLF}),
        ((b"data: x\r\n\r", b"\n"), {has.CRLF, has.CRLF_CUT, has.CUT}),
        ((b"data: x\r\n\r", b"", b"\n"), {has.CRLF, has.CRLF_CUT, has.CUT, has.EMPTY_READ}),
        ((b"data: x\r\r", b"data: y\n\n"), {has.CR, has.MIXED}),
        ((b"data: x\r\r",), {has.CR, has.CR_LAST}),
        ((b": c\ndata: x\n\n",), {has.COMMENT}),
        ((b":\n\n", b"data: x\n\n"), {has.COMMENT}),
        ((b"event: e\ndata: x\n\n",), {has.FIELD}),
        ((b"data: x\nfoo\n\n",), {has.FIELD}),
        ((b"Data: y\ndata: x\n\n",), {has.NEAR_DATA}),
        ((b" data: y\ndata: x\n\n",), {has.NEAR_DATA}),
        ((b"data:x\n\n",), {has.NO_SPACE}),
        ((b"data:  x\n\n",), {has.SPACE}),
        ((b"data: x \n\n",), {has.SPACE}),
        ((b"data: data: x\n\n",), {has.DATA_TEXT}),
        ((b"data: at x\n\n",), {has.DATA_TEXT}),
        ((b"data:\n\n",), {has.EMPTY}),
        ((b"data: \n\n",), {has.EMPTY}),
        ((b"data\n\n",), {has.BARE}),
        ((b"event: e\n\n", b"data: x\n\n"), {has.FIELD, has.NO_DATA}),
        ((b"\n\ndata: x\n\n",), {has.BLANKS}),
        ((b"data: x\n\n", b"data: y\n"), {has.UNFINISHED}),
        ((b"data: x\n\n", b"da"), {has.UNFINISHED, has.FIELD}),
        (("data: é\n\n".encode(),), {has.WIDE}),
        ((b"data: \xc3", b"\xa9\n\n"), {has.WIDE, has.WIDE_CUT, has.CUT}),
        ((b"data: x\xff\n\n",), {has.INVALID}),
        ((b"\xef\xbb\xbfdata: x\n\n",), {has.BOM}),
        ((b"\xef\xbb", b"\xbfdata: x\n\n"), {has.BOM, has.BOM_CUT, has.CUT}),
        ((b"data: \xef\xbb\xbfx\n\n",), {has.MORE_BOM}),
        (("data: x\u2028y\n\n".encode(),), {has.SEPARATORS}),
        ((b"data: x\x0by\n\n",), {has.SEPARATORS}),
        ((b"data: x\x00\n\n",), {has.NUL}),
        ((b"data: [DONE]\n\n",), {has.DONE}),
        ((b"data: k\n\n", b"data:k\n\n"), {has.REPEATED, has.NO_SPACE}),
        ((b"data: k\n\n", b"data: m\n\n", b"data: k\n\n"), {has.REPEATED}),
        ((b"data: " + b"x" * 70_000 + b"\n\n",), {has.LONG}),
    ],
)
def test_features(reads, expected) -> None:
    assert features(reads) == expected


@given(cuts())
def test_any_reads_have_features_and_all_of_them_have_a_name(reads) -> None:
    assert features(reads) <= set(FEATURES)
