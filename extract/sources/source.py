"""A source: where rows come from, when, whose they are, and what happens when they do not come."""

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "LARGEST_BYTES",
    "LONGEST_SECONDS",
    "MAX_BYTES",
    "TIMEOUT_SECONDS",
    "Kind",
    "OnFailure",
    "Source",
]

Kind = Literal["folder", "inbox", "http"]
OnFailure = Literal["keep", "drop", "stop"]

MAX_BYTES = 20 * 2**20
LARGEST_BYTES = 2**30
TIMEOUT_SECONDS = 30.0
LONGEST_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of sources.toml, checked.

    ``where`` is an absolute path, or an address for ``http``. ``table`` is the file name (with
    .csv) a single file stands for, '' if files are named after their tables. ``schedule`` is an
    interval (15m) or five cron fields in ``timezone``. ``on_failure``: keep the last good rows,
    drop them, or stop publication. ``documents`` are those of the base tables whose rows the
    source may replace; ``may_shrink`` accepts a delivery far smaller than the last.
    """

    name: str
    kind: Kind
    where: str
    schedule: str
    owner: str
    table: str = ""
    timezone: str = "Asia/Shanghai"
    on_failure: OnFailure = "keep"
    max_bytes: int = MAX_BYTES
    timeout_seconds: float = TIMEOUT_SECONDS
    allow_private: bool = False
    sheet: str = ""
    documents: tuple[str, ...] = ()
    may_shrink: bool = False
