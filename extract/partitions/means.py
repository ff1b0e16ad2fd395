"""With what a set is worked on: at once in memory, or in partitions by some engine."""

from dataclasses import dataclass
from pathlib import Path

from extract.partitions.cluster import Cluster
from extract.partitions.engines import Engine, Here, Processes, cores
from extract.partitions.plan import ROWS

__all__ = ["LARGE", "Means"]

LARGE = 16 * 1024 * 1024
"""Bytes of raw tables (some 65,000 observations) from which on partitions give more than they
cost; smaller sets are worked on at once, in memory."""


@dataclass(frozen=True, slots=True)
class Means:
    """`workers` processes (0: as many as there are cores), or those of the Dask `scheduler`.

    Sets of `large` bytes and more are worked on in partitions of `size` rows; with a scheduler
    every set is.
    """

    workers: int = 0
    scheduler: str = ""
    size: int = ROWS
    large: int = LARGE

    def divides(self, folder: Path) -> bool:
        """Whether the raw tables of a folder are worked on in partitions."""
        found = sum(path.stat().st_size for path in folder.glob("*.csv"))
        return bool(self.scheduler) or found >= self.large

    def engine(self) -> Engine:
        """Who does the work."""
        if self.scheduler:
            return Cluster(self.scheduler)
        workers = self.workers or cores()
        return Processes(workers) if workers > 1 else Here()
