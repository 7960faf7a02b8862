"""What the server sent in a run, as evidence looks at it."""

from __future__ import annotations

import re

from grader.diagnosis.evidence import Case


def reads(case: Case) -> list[bytes]:
    """The body, write by write: each is a network read of the program's, or a part of one."""
    return [moment["data"] for moment in case.record.timeline.of("write")]


def body(case: Case) -> str:
    return b"".join(reads(case)).decode("utf-8", "replace")


def lines(case: Case) -> list[str]:
    """The lines of the body, as the standard cuts them."""
    return re.split(r"\r\n|\n|\r", body(case))


def is_comment(case: Case, text: str) -> bool:
    """Is the text a comment line of this stream, or a part of one?"""
    bare = text.strip()
    return len(bare) > 2 and any(bare in line for line in lines(case) if line.startswith(":"))


def torn(case: Case) -> set[str]:
    """The characters whose bytes came in two reads."""
    sent = reads(case)
    raw, at, found = b"".join(sent), 0, set()
    for read in sent[:-1]:
        at += len(read)
        start = at
        while start > 0 and raw[start] & 0xC0 == 0x80:
            start -= 1
        if start != at:
            width = 2 if raw[start] < 0xE0 else 3 if raw[start] < 0xF0 else 4
            found.add(raw[start : start + width].decode("utf-8", "ignore"))
    return found - {""}
