"""For all tests in this folder: its helper module can be imported."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
