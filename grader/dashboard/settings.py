"""How a dashboard was started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    db: str
    address: str = "http://127.0.0.1:8810"  # as browsers and senders see it; without a slash at the end
    policy: Path | None = None  # class.toml
    read_only: bool = False  # whoever reaches it sees everything, and nobody changes anything: for demonstrations
    regrade: bool = False  # what is sent is graded again here, where the source is to be had
    isolation: str = ""  # the weakest tier under which submissions may be graded here
    metrics_token: str = ""  # who has it may read /metrics from elsewhere

    @property
    def secure(self) -> bool:
        """Browsers reach it by TLS, so cookies may be confined to that."""
        return self.address.startswith("https://")
