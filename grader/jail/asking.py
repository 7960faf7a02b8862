"""The learner's process asks the judge, who knows what the process must not: is this allowed? what comes next?"""

from __future__ import annotations

import base64
import json
import os
import threading
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

    def reads(self) -> Iterator[bytes]:
        """The reads of the stream that is under way, one by one, each only when it is asked for."""
        while (read := self.ask("read")) is not None:
            yield base64.b64decode(read)
