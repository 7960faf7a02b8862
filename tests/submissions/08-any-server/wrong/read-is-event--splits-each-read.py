from collections.abc import Iterable, Iterator


def iter_data(reads: Iterable[bytes]) -> Iterator[str]:
    for read in reads:
        for block in read.decode("utf-8", "replace").split("\n\n"):
            lines = [line.removeprefix("data:").removeprefix(" ") for line in block.split("\n") if line.startswith("data:")]
            if lines:
                yield "\n".join(lines)
