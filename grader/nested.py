"""JSON that a stranger wrote, so deep or so large that reading it must be bounded. Nothing here recurses.

Python reads lists some hundred levels deep, and how many depends on who asks from where: what one part of the grader
has read, another could then fail to. So what is nested deeper than anybody means it is refused where it comes in.
"""

from __future__ import annotations

import json
from typing import Any

MOST_DEPTH = 120  # of anything that is taken in: far more than a program means, far less than Python recurses


def depth(value: Any) -> int:
    """How deep lists and objects are nested, found without recursion."""
    deepest, waiting = 0, [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        deepest = max(deepest, depth)
        children = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        waiting += [(child, depth + 1) for child in children]
    return deepest


def read(text: str | bytes) -> Any:
    """`json.loads`, and nothing too deep. Raises ValueError, and nothing else."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if depth(value) > MOST_DEPTH:
        raise ValueError("it is nested too deeply")
    return value
