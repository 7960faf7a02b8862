"""The learner's process asks the judge, who knows what the process must not: is this allowed? what comes next?"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from grader.jail.observe import Notebook


class Asking:
    """Questions go out on the word pipe, one at a time; each waits for its line on the pipe with the answers."""

    def __init__(self, notebook: Notebook, descriptor: int) -> None:
        self._notebook = notebook
        self._answers = os.fdopen(descriptor, "rb")
        self._alone = threading.Lock()  # a learner may ask from several threads

    def ask(self, what: str, about: Any = None) -> Any:
        with self._alone:
            self._notebook.send({"ask": {"what": what, "about": about}})
            line = self._answers.readline()
        if not line:
            raise RuntimeError("the grader has gone away")
        return json.loads(line)

    def tell(self, what: str, about: Any) -> None:
        self._notebook.send({"tell": {"what": what, "about": about}})

    def function(self, what: str) -> Callable[[str], bool]:
        """What a learner gets as an argument that is a function of one text, with a bool as its answer."""

        def asks(text: str) -> bool:
            if not isinstance(text, str):
                raise TypeError(f"{what}() takes a text (str), not {type(text).__name__}")
            return self.ask(what, str.__str__(text)) is True

        asks.__name__ = asks.__qualname__ = what
        return asks


class Reads:
    """The reads of one stream, one by one. An iterator; who asks on after its stream is over gets nothing more.

    The judge hands out several at a time where nothing is due to come out in between.
    """

    def __init__(self, asking: Asking, stream: dict[str, Any]) -> None:
        self.taken = 0  # reads, and the news that there are no more
        self._asking, self._number = asking, stream["number"]
        self._next: deque[str] = deque(stream["reads"])
        self._last = stream["last"]  # there are no more behind these
        self._over = False
        self._alone = threading.Lock()
        self._called_by = threading.get_ident()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._alone:
            while not self._next and not self._last:
                # Who is iterated, and asks itself, gives nothing out until it is answered; another thread may.
                alone = threading.get_ident() == self._called_by
                more = self._asking.ask("read", {"number": self._number, "alone": alone})
                self._next.extend(more["reads"])
                self._last = more["last"]
            if self._next:
                self.taken += 1
                return base64.b64decode(self._next.popleft())
            if not self._over:
                self.taken += 1
                self._over = True
            raise StopIteration
