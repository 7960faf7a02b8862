"""Modes, owners and times of files, where setting them is only said to be done (`seccomp`).

The kernel then says so of a file that is not there, too; `Path.touch` would take it for one that is, and not make it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

_NAMES = ("chmod", "chown", "lchown", "utime")
_SETS = (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks)


def install() -> None:
    """From now on these functions of `os` look for the file first, and raise FileNotFoundError as the real ones do."""
    for name in _NAMES:
        real = getattr(os, name, None)
        if real is not None:
            looking = _looking_first(real, follows=name != "lchown")
            for supported in _SETS:
                if real in supported:
                    supported.add(looking)
            setattr(os, name, looking)


def _looking_first(real: Callable[..., Any], *, follows: bool) -> Callable[..., Any]:
    @functools.wraps(real)
    def call(path: Any, *args: Any, **kwargs: Any) -> Any:
        os.stat(path, dir_fd=kwargs.get("dir_fd"), follow_symlinks=follows and kwargs.get("follow_symlinks", True))
        return real(path, *args, **kwargs)

    return call
