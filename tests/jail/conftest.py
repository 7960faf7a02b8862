"""For all tests in this folder: its helper modules can be imported, and hypothesis is set for a suite that is run often
(no deadlines, since a slow machine fails nobody; a modest number of examples)."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("kit", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kit")
