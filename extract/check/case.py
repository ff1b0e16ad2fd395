"""What the rules look at: the raw tables as records, sound ones apart, with their readings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from extract.check import types
from extract.contract import ROWS, Resource, resources
from extract.evidence import reading, stands
from extract.problem import Problem, Severity
from extract.quantity import Quantity, find
from extract.tables import PRACTICES, Raw

__all__ = ["Case", "Record", "found", "records", "stands_there", "words"]

Record = Mapping[str, Any]
"""One line of a table: column → string; ``_line`` int, ``_file`` str."""


@dataclass(frozen=True)
class Case:
    """The raw tables and the source texts, asked many questions.

    Rules about meaning see only *sound* records, those whose every cell has the type and form
    the contract asks: so one flaw gives one problem, and no rule can trip over another's.
    """

    raw: Raw
    texts: Mapping[str, str]

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """The contract's tables."""
        return resources(self.raw.package)

    def frame(self, name: str) -> pd.DataFrame:
        """The table of a resource (``rows`` = all family tables)."""
        return self.raw.rows if name == ROWS else self.raw.tables[name]

    def every(self, name: str) -> list[Record]:
        """All records of a resource, in file order."""
        if name not in self._every:
            self._every[name] = records(self.frame(name))
        return self._every[name]

    def sound(self, name: str) -> list[Record]:
        """The records of a resource in which every cell is well-formed."""
        if name not in self._sound:
            self._sound[name] = records(self.sound_frame(name))
        return self._sound[name]

    def sound_frame(self, name: str) -> pd.DataFrame:
        """The same as a table: a rule of many rows asks it which of them to look at."""
        if name not in self._sound_frames:
            frame = self.frame(name)
            flawed = self.flawed_cells(name)
            bad = [frame[column].isin(list(cells)) for column, cells in flawed.items()]
            self._sound_frames[name] = frame[~pd.concat(bad, axis=1).any(axis=1)] if bad else frame
        return self._sound_frames[name]

    def cells(self, name: str, column: str) -> list[str]:
        """The distinct cells of a column: a rule of form asks each of them once."""
        return [str(cell) for cell in self.frame(name)[column].unique()]

    def flawed_cells(self, name: str) -> dict[str, set[str]]:
        """Column → its distinct cells that do not keep to the contract, where there are any."""
        if name not in self._flawed:
            resource = next(entry for entry in self.resources if entry.name == name)
            fields = [(field, self.cells(name, field.name)) for field in resource.fields]
            flawed = {field.name: types.unfit(cells, field) for field, cells in fields}
            self._flawed[name] = {column: cells for column, cells in flawed.items() if cells}
        return self._flawed[name]

    @cached_property
    def rows(self) -> list[Record]:
        """The sound observations, with ``start`` and ``end`` still strings."""
        return self.sound(ROWS)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The sound observations as a table."""
        return self.sound_frame(ROWS)

    @cached_property
    def rows_by_id(self) -> dict[str, Record]:
        """Sound observations by identifier; of a repeated one the first."""
        return _by(self.rows, "id")

    @cached_property
    def practices(self) -> list[Record]:
        """The sound practices; none where the contract has no such table."""
        return self.sound(PRACTICES) if self.has(PRACTICES) else []

    def has(self, name: str) -> bool:
        """Whether the contract has such a table."""
        return any(resource.name == name for resource in self.resources)

    @cached_property
    def indicators(self) -> dict[str, Record]:
        """Sound indicators by code."""
        return _by(self.sound("indicators"), "indicator")

    @cached_property
    def documents(self) -> dict[str, Record]:
        """Sound documents by identifier."""
        return _by(self.sound("documents"), "document")

    @cached_property
    def quantities(self) -> dict[str, Quantity | None]:
        """What the machine reads in each distinct ``as_written``."""
        return {phrase: reading(phrase) for phrase in self.table["as_written"].unique()}

    def text(self, document: str) -> str | None:
        """The text of a document, or None where it is not at hand."""
        record = self.documents.get(document)
        return self.texts.get(record["sha256"]) if record else None

    def found_in(self, document: str) -> list[Quantity]:
        """Every quantity the machine finds in a document, in text order; [] if not at hand."""
        if document not in self._found:
            self._found[document] = find(self.text(document) or "", scope="measured")
        return self._found[document]

    @cached_property
    def rows_at_hand(self) -> list[tuple[Record, str]]:
        """Sound observations whose document is at hand, each with the text."""
        pairs = ((row, self.text(row["document"])) for row in self.rows)
        return [(row, text) for row, text in pairs if text is not None]

    @cached_property
    def standing(self) -> list[tuple[Record, str]]:
        """Of those, the ones whose phrase stands at its offsets."""
        return [(row, text) for row, text in self.rows_at_hand if stands_there(row, text)]

    @cached_property
    def _found(self) -> dict[str, list[Quantity]]:
        return {}

    @cached_property
    def _every(self) -> dict[str, list[Record]]:
        return {}

    @cached_property
    def _sound(self) -> dict[str, list[Record]]:
        return {}

    @cached_property
    def _sound_frames(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def _flawed(self) -> dict[str, dict[str, set[str]]]:
        return {}


def records(frame: pd.DataFrame) -> list[Record]:
    """The lines of a table, or of some of it, as records."""
    columns = [frame[name].tolist() for name in frame.columns]
    names = list(frame.columns)
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def stands_there(record: Record, text: str) -> bool:
    """Whether ``as_written`` stands in ``text`` at the record's offsets, to the character."""
    return stands(text, int(record["start"]), int(record["end"]), record["as_written"])


def where(record: Record) -> str:
    """``file:line`` of a record."""
    return f"{record['_file']}:{record['_line']}"


def found(
    at: Record | str,
    rule: str,
    *,
    en: tuple[str, str],
    zh: tuple[str, str],
    severity: Severity = "error",
) -> Problem:
    """A problem at a record (or a place); each language gives (what is wrong, what to do)."""
    place = at if isinstance(at, str) else where(at)
    return Problem(place, rule, en[0], en[1], severity, zh[0], zh[1])


def _by(records: list[Record], column: str) -> dict[str, Record]:
    index: dict[str, Record] = {}
    for record in records:
        index.setdefault(record[column], record)
    return index


def words(cell: str) -> Iterator[str]:
    """The codes of a cell that holds several, separated by spaces."""
    yield from cell.split()
