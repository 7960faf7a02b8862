import time
from dataclasses import dataclass, field

from common import MODEL, get_client


@dataclass
class Stopwatch:
    started: float = field(default_factory=time.perf_counter)
    laps: dict[str, float] = field(default_factory=dict)

    def lap(self, name: str) -> None:
        """Only the first lap of a name counts."""
        if name not in self.laps:
            self.laps[name] = time.perf_counter() - self.started


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = get_client()
    watch = Stopwatch()
    reply = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if stream:
        with reply:
            for chunk in reply:
                if chunk.choices and chunk.choices[0].delta.content:
                    watch.lap("first")
    watch.lap("total")
    watch.laps.setdefault("first", watch.laps["total"])
    return watch.laps["first"], watch.laps["total"]
