"""What a source brought, or what still stands of it when it brought nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from extract.problem import Problem
from extract.sources.source import Source

__all__ = ["Delivery"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A source's tables as they count now.

    ``files`` maps a table's file name to clean UTF-8 CSV; ``places`` tells for each of its rows
    where it stood (`source/file:line`). ``unchanged``: the same bytes as last time, or not due.
    ``failures`` are the errors of the last attempt (empty once it succeeds), ``notes`` the rest;
    ``fetched_at`` is when the present tables came, None if none ever did; ``is_lost`` that what
    was kept of the source could not be read any more.
    """

    source: Source
    files: Mapping[str, bytes] = field(default_factory=dict)
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unchanged: bool = True
    failures: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    fetched_at: datetime | None = None
    is_lost: bool = False

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Failures, then notes."""
        return (*self.failures, *self.notes)

    @property
    def failed(self) -> bool:
        """Whether the last attempt failed, wholly or (an inbox) for some files."""
        return bool(self.failures)

    @property
    def stops(self) -> bool:
        """Whether nothing may be published because of this source.

        Also where its last good rows should stay but are lost: publishing would withdraw them.
        """
        choice = self.source.on_failure
        return self.failed and (choice == "stop" or (choice == "keep" and self.is_lost))
