"""What a return says does not apply → rows of not_applicable.csv, which knows whole indicators.

A row that a return brought ends in words that say so; it gives way to a later return, as numbers
of returns do. Rows that people entered are never changed: where one covers the days already,
nothing is added, and where one speaks against a number, the return is not taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from extract.problem import Problem
from extract.returns import form
from extract.returns.judging import Absence, Judged, Registry
from extract.returns.words import found
from extract.tables import Raw

__all__ = ["Stretch", "against", "covers", "is_returned", "reason_of", "stretches", "uncovered"]

_RETURNED = "（单位填报）"
_OPEN = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Stretch:
    """An indicator that does not apply to an office between two days."""

    absence: Absence
    office: str
    indicator: str
    start: str
    end: str

    @property
    def row(self) -> dict[str, str]:
        """As the table has it."""
        reason = self.absence.reason
        return {
            "ref_area": self.office,
            "indicator": self.indicator,
            "from": self.start,
            "to": self.end,
            "reason_zh": f"{reason}{_RETURNED}",
            "reason_en": f"As the office returned it: {reason}",
        }


def is_returned(row: Mapping[Any, Any]) -> bool:
    """Whether a return brought this row of the table."""
    return str(row["reason_zh"]).endswith(_RETURNED)


def reason_of(row: Mapping[Any, Any]) -> str:
    """The reason of a row that a return brought, as the office wrote it."""
    return str(row["reason_zh"]).removesuffix(_RETURNED)


def covers(row: Mapping[Any, Any], number: Mapping[Any, Any]) -> bool:
    """Whether a row of the table says that the cell of a number does not apply."""
    is_of = _of(row, number["ref_area"], number["indicator"])
    return bool(is_of and row["from"] <= number["period_end"] <= (row["to"] or _OPEN))


def stretches(judged: Judged, registry: Registry) -> Iterator[Stretch | Problem]:
    """The indicators of which a form says that no variant applies; a note for those it says so of
    in part."""
    said: dict[str, list[Absence]] = {}
    for absence in judged.absences:
        said.setdefault(absence.line.indicator, []).append(absence)
    for indicator, absences in said.items():
        wanted = {line.code for line in registry.lines if line.indicator == indicator}
        start, end = max(a.start for a in absences), min(a.end for a in absences)
        if wanted == {absence.line.code for absence in absences} and start <= end:
            yield Stretch(absences[0], judged.office, indicator, start, end)
            continue
        for absence in absences:
            facts = {"line": form.label(absence.line.name, absence.line.variant_name)}
            yield found("partly-absent", judged.form.where(absence.entry, "state"), **facts)


def uncovered(stretch: Stretch, rows: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """The row to add so that the whole stretch is covered; None where the table covers it."""
    start = stretch.start
    for row in sorted(rows, key=lambda row: row["from"]):
        if _of(row, stretch.office, stretch.indicator) and row["from"] <= start:
            last = row["to"] or _OPEN
            if start <= last:
                start = _after(last)
    return {**stretch.row, "from": start} if start <= stretch.end else None


def against(raw: Raw, judged: Judged, wanted: Sequence[Stretch]) -> Iterator[Problem]:
    """Where a return and what is known without returns say both that a cell applies and not."""
    rows = raw.rows[~raw.rows["document"].isin(raw.returns)].to_dict("records")
    for stretch in wanted:
        held = [str(row["id"]) for row in rows if covers(stretch.row, row)]
        if held:
            facts = {"line": stretch.absence.entry.label, "rows": "、".join(held)}
            at = judged.form.where(stretch.absence.entry, "state")
            yield found("applies-after-all", at, **facts)
    registered = [r for r in raw.not_applicable.to_dict("records") if not is_returned(r)]
    for number in judged.numbers:
        cell = {
            "ref_area": judged.office,
            "indicator": number.line.indicator,
            "period_end": number.end,
        }
        for row in (row for row in registered if covers(row, cell)):
            days = f"{row['from']}—{row['to']}"
            facts = {"line": number.entry.label, "days": days, "reason": row["reason_zh"]}
            yield found("applies-not", judged.form.where(number.entry, "number"), **facts)


def _of(row: Mapping[Any, Any], office: str, indicator: str) -> bool:
    return (row["ref_area"], row["indicator"]) == (office, indicator)


def _after(day: str) -> str:
    if day == _OPEN:
        return "9999-99-99"
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
