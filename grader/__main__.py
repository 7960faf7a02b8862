import sys
from pathlib import Path

# `python -m` puts the current folder before all others. This package has been found by now, and nothing else should be
# taken from there: in a learner's folder lies what they write, and a `random.py` of theirs is no part of the grader.
if not sys.flags.safe_path and sys.path[0] in ("", str(Path.cwd())):
    del sys.path[0]

from grader.cli import main

main()
