"""What is asked of the learner's process, and the protocol in which it answers.

The process gets one JSON object (`Spec`) and four open descriptors: stdout, stderr, the *word* pipe, and the pipe with
*answers*. On the word pipe it writes lines of JSON: any number of `{"note": …}`, `{"tell": {"what", "about"}}` and
`{"ask": {"what", "about"}}`, and one `{"word": …}`. To each `ask` it reads one line of JSON from the answers. Whatever
else comes out of it, or nothing at all, is a failure; nothing in it is ever evaluated or unpickled.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict, dataclass, field
from typing import Any, NoReturn

MAX_WORD = 8 * 1024 * 1024  # bytes on the word pipe, notes included
MAX_OUTPUT = 4 * 1024 * 1024  # bytes on stdout and stderr together


@dataclass(frozen=True)
class Limits:
    """What one run may use."""

    cpu_s: int = 8  # of a processor; some hundredths will do, but who imports the SDK on a busy one needs seconds
    wall_s: float = 45.0  # of a process that keeps running; one at rest is stopped much earlier
    whole_s: float = 120.0  # whatever it is waited for
    doze_s: float = 6.0  # of a process that sleeps on purpose
    requests: int = 30  # of one that asks again and again
    memory: int = 2 * 1024**3  # of private memory, stacks of threads among it
    addresses: int = 4 * 1024**3  # address space, which is reserved more than it is used
    threads: int = 256
    files: int = 256  # open at once
    file_size: int = 16 * 1024**2
    folder: int = 64 * 1024**2  # all files that it leaves lying at once
    entries: int = 500  # files and folders
    connections: int = 64  # to the server, open at once
    dials: int = 500  # to the server, in all


@dataclass(frozen=True)
class Spec:
    """One call of one function of one file, in a process of its own."""

    file: str  # the copy of the learner's file
    function: str
    args: list[Any]  # plain JSON; {"$": "asks", "what": …} is a function that asks the judge, {"$": "reads"} see `fed`
    path: list[str]  # folders for sys.path, before the installed packages
    env: dict[str, str]
    cwd: str
    port: int  # the only TCP port there is
    where: str = os.devnull  # a file for the lines that it stands at when it has to be ended
    reads: list[str] = field(default_factory=list)  # folders and files that it may read, besides the installed packages
    writes: list[str] = field(default_factory=list)  # folders that it may write in
    user: int | None = None  # becomes this user; None: stays who it is
    limits: Limits = field(default_factory=Limits)
    given: str = ""  # the name of the class that the challenge hands out in the learner's own file
    validates: bool = False  # note what the learner's pydantic classes are made of
    fed: bool = False  # called for each stream that the judge has, with an iterator of its reads, and iterated
    anew: bool = False  # for each stream the file is run again first, so that nothing in it remembers the one before
    trace: bool = False  # note every line of the learner's file that runs: the closer look

    def dump(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def load(data: bytes) -> Spec:
        fields = json.loads(data)
        fields["limits"] = Limits(**fields["limits"])
        return Spec(**fields)


KINDS = ("note", "tell", "ask", "word")


def parse_line(line: bytes) -> tuple[str, dict[str, Any]] | None:
    """One line of the word pipe as (one of KINDS, its object); None where it is not one."""
    try:
        value = json.loads(line, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError):
        return None
    if type(value) is not dict or len(value) != 1:
        return None
    ((kind, content),) = value.items()
    if kind not in KINDS or type(content) is not dict:
        return None
    return kind, content


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    return value if len(value) == len(pairs) else _refuse("a key that comes twice")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
