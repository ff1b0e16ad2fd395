"""How an export stands, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.exports.ticket import Ticket

__all__ = ["ENDED", "Name", "State"]

Name = Literal["waiting", "building", "ready", "failed", "died", "stopped", "abandoned", "full"]
ENDED: frozenset[Name] = frozenset({"failed", "died", "stopped", "abandoned", "full"})
"""States without a file and without anybody who makes it."""


@dataclass(frozen=True, slots=True)
class State:
    """`written` of `total` rows, both 0 where rows are not what takes the time."""

    key: str
    name: Name
    ticket: Ticket | None
    written: int = 0
    total: int = 0
    size: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.name == "ready" or self.name in ENDED
