"""Where something stands in a text, and who read it when: columns that two sheets share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from dashboard.pages.desk import Desk
from dashboard.workbook.looks import HEAD_NUMBER, NUMBER
from dashboard.workbook.sheet import Column, Entry


class Read(Protocol):
    """Something found in a text and read twice."""

    @property
    def start(self) -> int:
        """Offset of its first character."""

    @property
    def end(self) -> int:
        """Offset behind its last character."""

    @property
    def read_1_on(self) -> date | None:
        """Day of the first reading."""

    @property
    def read_2_on(self) -> date | None:
        """Day of the second reading."""


def offset_columns(desk: Desk) -> Iterator[Column]:
    """Start and end, in characters."""
    yield Column("start", desk.t("workbook.start"), 7, 9, look=HEAD_NUMBER)
    yield Column("end", desk.t("workbook.stop"), 7, 9, look=HEAD_NUMBER)


def reading_columns(desk: Desk) -> Iterator[Column]:
    """The days of both readings."""
    for number in (1, 2):
        yield Column(f"read_{number}", desk.t(f"workbook.read.{number}"), 11, 13)


def offsets(found: Read) -> tuple[Entry, ...]:
    """The cells under `offset_columns`."""
    return tuple(Entry(place, "0", look=NUMBER) for place in (found.start, found.end))


def readings(found: Read) -> tuple[Entry, ...]:
    """The cells under `reading_columns`."""
    days = (found.read_1_on, found.read_2_on)
    return tuple(Entry(day.isoformat() if day else "—") for day in days)
