"""Modes and times are not really set in a run; whoever sets them notices as little as can be."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from grader.jail import landlock, seccomp
from tests.jail.test_runs import Lab

HAS = sys.platform == "linux" and landlock.version() >= landlock.TCP_SINCE and seccomp.HERE is not None


@pytest.fixture(scope="module")
def confined() -> Iterator[Lab]:
    if not HAS:
        pytest.skip("needs Landlock 4 and seccomp")
    lab = Lab("forked")
    yield lab
    lab.close()


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Path('new').touch() or Path('new').exists()", True),
        ("Path('new').touch() or Path('new').touch() or Path('new').read_text()", ""),
        ("os.chmod('missing', 0o600)", "FileNotFoundError"),
        ("os.utime('missing')", "FileNotFoundError"),
        ("os.chown('missing', -1, -1)", "FileNotFoundError"),
        ("os.lchown('missing', -1, -1)", "FileNotFoundError"),
        ("Path('a').symlink_to('nowhere') or os.lchown('a', -1, -1)", None),
        ("Path('a').symlink_to('nowhere') or os.chmod('a', 0o600)", "FileNotFoundError"),
        ("os.chmod(os.open('new', os.O_CREAT), 0o600)", None),
        ("Path('a').write_text('x') and shutil.copy2('a', 'b')", "b"),
        ("os.utime in os.supports_follow_symlinks", True),
        ("os.utime.__name__", "utime"),
    ],
)
def test_files_are_looked_for(confined: Lab, line: str, value: object) -> None:
    code = f"""
        import os, shutil
        from pathlib import Path
        def answer():
            try:
                return {line}
            except OSError as error:
                return type(error).__name__
        """
    assert confined.run(code).outcome.value == value


def test_the_judge_itself_keeps_its_functions() -> None:
    assert not hasattr(os.utime, "__wrapped__")
