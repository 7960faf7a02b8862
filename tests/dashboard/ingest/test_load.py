"""Many reports at once, and a dashboard that is killed in between: nothing is lost, and nothing counts twice.

`python -m bench ingest` is the long one.
"""

from __future__ import annotations

import time
from pathlib import Path

from grader.classroom.store.store import Store
from tests import breadth
from tests.dashboard.ingest.gradings import ANOTHER, SOLUTION, WRONG, graded
from tests.dashboard.ingest.loaded import counted, dashboard, enrolled
from tests.dashboard.ingest.reporters import Orders, finished, start

COUNT = 200


@breadth.mark
def test_a_dashboard_that_is_killed_loses_nothing_and_counts_nothing_twice(url: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.json" for number in range(3)]
    for path, submission in zip(files, (SOLUTION, WRONG, ANOTHER), strict=True):
        path.write_bytes(graded(submission))
    with Store(url) as store:
        tokens = enrolled(store, 40)
        with dashboard(url) as one:
            process = start(Orders(one.url, [str(path) for path in files], tokens, COUNT, 50))
            until = time.monotonic() + 60
            while counted(store)["received"] < COUNT // 4 and time.monotonic() < until:
                time.sleep(0.02)
            one.kill()
            before = counted(store)["received"]
            one.start()
            came = finished(process)
        assert 0 < before < COUNT and came.again > 0, "it was not killed in between"
        assert sum(came.statuses.values()) == COUNT and set(came.statuses) <= {"200", "201"}
        assert counted(store) == {"received": COUNT, "handed": COUNT, "reports": COUNT, "attempts": COUNT, "doubled": 0}
