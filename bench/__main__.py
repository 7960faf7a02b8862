"""`python -m bench` measures everything; `python -m bench NAME…` some. Exit status 1 where a bound is exceeded."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from bench import classroom, confine, dashboard, ingest, notebook, run, server, watch, whole
from bench.measure import HEADINGS, Row

BENCHMARKS: dict[str, Callable[[], Iterator[Row]]] = {
    "server": server.rows,
    "whole": whole.rows,
    "watch": watch.rows,
    "run": run.rows,
    "class": classroom.rows,
    "dashboard": dashboard.rows,
    "ingest": ingest.rows,
    "confinement": confine.rows,
    "notebook": notebook.rows,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"bench: no benchmark {unknown[0]!r}. There are: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    print(HEADINGS, flush=True)
    over = False
    for name in names or BENCHMARKS:
        for row in BENCHMARKS[name]():
            print(row, flush=True)
            over = over or row.over
    return int(over)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
