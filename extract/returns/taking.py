"""Judged returns → what would be added, changed, unchanged; and entering it, in whole or not.

A number of a return has a cell: office, indicator, variant, days. The same number again is
unchanged and nothing is written for it; another one takes the place of the former return's, which
version control and the published sets remember. Reports are never changed but for the flag
``conflicting``, where a return says something else.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from extract import tables
from extract.check import check
from extract.problem import Problem, errors
from extract.returns.absent import Stretch, covers, is_returned, uncovered
from extract.returns.judging import Judged, Number
from extract.returns.kept import FOLDER, kept_name
from extract.returns.reading import transcript
from extract.returns.words import found
from extract.tables import Raw

__all__ = ["Change", "Plan", "Received", "enter", "plan", "staged_problems", "twice"]

_KEY = ("ref_area", "indicator", "variant", "period_start", "period_end")


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it came: its name, bytes and SHA-256, and what it says."""

    name: str
    content: bytes
    sha256: str
    judged: Judged
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One number of a return against the tables; ``before`` is '' unless it was another one.

    ``kind`` is added, changed, unchanged, or withdrawn: what a former return said and this one
    does not.
    """

    kind: str
    where: str
    ref_area: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What entering the returns does: tables as they would be, files to keep, numbers told."""

    changes: tuple[Change, ...]
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """How many numbers are added, changed or unchanged."""
        return sum(change.kind == kind for change in self.changes)


def twice(received: Sequence[Received]) -> Iterator[Problem]:
    """Lines that two files fill in for the same office and days."""
    seen: dict[tuple[str, ...], str] = {}
    for each in received:
        for number in each.judged.numbers:
            key = _key(each.judged, number)
            at = each.judged.form.where(number.entry, "number")
            if key in seen and seen[key].split(" ")[0] != at.split(" ")[0]:
                facts = {"line": number.entry.label, "other": seen[key]}
                yield found("in-two-files", at, **facts)
            seen.setdefault(key, at)


def plan(raw: Raw, received: Sequence[Received], on: date) -> Plan:
    """What would be entered of forms without errors; ``on`` is the day they were received."""
    draft = _Draft(raw)
    for each in received:
        draft.take(each, on)
    return draft.plan()


class _Draft:
    """A plan being made, one form after the other."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        rows = raw.rows[raw.rows["document"].isin(raw.returns)].to_dict("records")
        self._known = {tuple(str(row[name]) for name in _KEY): {**row} for row in rows}
        self._registered = raw.not_applicable.drop(columns=["_line", "_file"])
        self._absent = [_plain(row) for row in self._registered.to_dict("records")]
        self._changes: list[Change] = []
        self._added: dict[str, list[dict[str, str]]] = {}
        self._replaced: set[str] = set()
        self._fresh: list[tuple[dict[str, str], Received]] = []

    def take(self, each: Received, on: date) -> None:
        """Put the numbers of a form beside what is there, and what does not apply."""
        document, begun = _document(self._raw, each, len(self._fresh), on), len(self._changes)
        for made in _rows(each, document["document"]):
            self._number(each, made)
        for stretch in each.stretches:
            self._stretch(each, stretch)
        if any(change.kind != "unchanged" for change in self._changes[begun:]):
            self._fresh.append((document, each))

    def plan(self) -> Plan:
        """The plan; without tables and files where every number stands there already."""
        if not self._fresh:
            return Plan(tuple(self._changes))
        documents = [document for document, _ in self._fresh]
        frames = _frames(self._raw, self._added, documents, self._replaced)
        if self._absent != [_plain(row) for row in self._registered.to_dict("records")]:
            absent = pd.DataFrame(self._absent, columns=self._registered.columns, dtype="str")
            frames["not_applicable"] = absent.sort_values(["ref_area", "indicator", "from"])
        kept = {f"{FOLDER}/{kept_name(e.name, e.sha256)}": e.content for _, e in self._fresh}
        texts = {e.sha256: transcript(e.judged.form) for _, e in self._fresh}
        return Plan(tuple(self._changes), frames, kept, texts)

    def _number(self, each: Received, made: dict[str, str]) -> None:
        before = self._known.get(tuple(made[name] for name in _KEY))
        change = _change(each, made, before)
        self._changes.append(change)
        if change.kind == "unchanged":
            return
        self._added.setdefault(_family(self._raw, made["indicator"]), []).append(made)
        self._replaced |= {str(before["id"])} if before else set()
        for row in [row for row in self._absent if is_returned(row) and covers(row, made)]:
            self._absent.remove(row)
            self._changes.append(replace(change, kind="withdrawn", before=_said(row), after=""))

    def _stretch(self, each: Received, stretch: Stretch) -> None:
        entry, judged = stretch.absence.entry, each.judged
        where, label = judged.form.where(entry, "state"), entry.label
        for row in self._known.values():
            if covers(stretch.row, row) and row["id"] not in self._replaced:
                self._replaced.add(str(row["id"]))
                former = str(row["as_written"])
                self._changes.append(Change("withdrawn", where, judged.office, label, former, ""))
        added = uncovered(stretch, self._absent)
        kind, shown = ("added", added) if added else ("unchanged", stretch.row)
        self._absent += [added] if added else []
        self._changes.append(Change(kind, where, judged.office, label, "", _said(shown)))


def _plain(row: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): str(cell) for name, cell in row.items()}


def _said(row: Mapping[Any, Any]) -> str:
    """A row of not_applicable.csv in a line."""
    return f"不适用 {row['from']}—{row['to']} {row['reason_zh']}"


def staged_problems(raw: Raw, made: Plan, texts: Mapping[str, str]) -> tuple[Plan, list[Problem]]:
    """The plan, with conflicting numbers flagged, and every error the check finds in it."""
    everything = {**texts, **made.texts}
    package = json.dumps(raw.package, ensure_ascii=False).encode()
    for _ in range(2):
        with tempfile.TemporaryDirectory(prefix="livelihood-") as place:
            frames = {name: made.frames.get(name, frame) for name, frame in raw.tables.items()}
            tables.enter(Path(place), frames, {"datapackage.json": package}, raw.package)
            staged = tables.read(Path(place))
        problems = errors(check(staged, everything))
        clashing = [p for p in problems if p.rule == "conflicting"]
        if not clashing:
            break
        made = _flagged(made, staged, {problem.where for problem in clashing})
    return made, problems


def enter(folder: Path, raw: Raw, made: Plan) -> None:
    """Write the plan: all of it, or, where a file cannot be written, nothing. Raises OSError."""
    first = {name: made.frames[name] for name in ("documents",) if name in made.frames}
    tables.enter(folder, {**first, **made.frames}, made.files, raw.package)


def _key(judged: Judged, number: Number) -> tuple[str, ...]:
    line = number.line
    return judged.office, line.indicator, line.variant, number.start, number.end


def _document(raw: Raw, each: Received, taken: int, on: date) -> dict[str, str]:
    judged, period = each.judged, each.judged.period
    assert period is not None
    same = raw.documents[raw.documents["sha256"] == each.sha256]
    area = judged.office.removeprefix("local-")
    stem = f"return-{area}-{period.slug}"
    name = str(same["document"].iloc[0]) if len(same) else f"{stem}-{_last(raw, stem) + taken + 1}"
    office = raw.offices.loc[raw.offices["ref_area"] == judged.office, "name_zh"].iloc[0]
    return {
        "document": name,
        "title": f"{office} {period.name} 填报表",
        "publisher": str(office),
        "published_from": on.isoformat(),
        "published_to": on.isoformat(),
        "published_precision": "stated",
        "published_basis": "收到填报表之日",
        "ref_area": judged.office,
        "covers": judged.office,
        "period_start": period.start.isoformat(),
        "period_end": period.end.isoformat(),
        "period_basis_zh": "填报表所填期间",
        "period_basis_en": "The period entered in the form",
        "characters": str(len(transcript(judged.form))),
        "sha256": each.sha256,
        "note_zh": f"单位填报，文件名：{Path(each.name).name}"[:200],
        "note_en": f"Entered by the office in a form; file: {Path(each.name).name}"[:200],
        "kind": "return",
    }


def _last(raw: Raw, stem: str) -> int:
    """The highest number of a return of that office and period: one that is gone is not reused."""
    numbers = raw.documents["document"].str.extract(rf"^{re.escape(stem)}-([0-9]+)$")[0].dropna()
    return max(map(int, numbers), default=0)


def _rows(each: Received, document: str) -> Iterator[dict[str, str]]:
    """The numbers as rows; offsets are those of the phrase in the transcript."""
    form_, offset, nth = each.judged.form, 0, 0
    numbers = {number.entry.row: number for number in each.judged.numbers}
    for entry, line in form_.told:
        start = offset + len(line) - 1 - len(entry.phrase)
        offset += len(line)
        if entry.row not in numbers:
            continue
        number, nth = numbers[entry.row], nth + 1
        yield {
            "id": f"{document}-{nth:03d}",
            "document": document,
            "start": str(start),
            "end": str(start + len(entry.phrase)),
            "as_written": entry.phrase,
            "context": f"{entry.label}：{entry.phrase}"[-40:],
            "ref_area": each.judged.office,
            "indicator": number.line.indicator,
            "variant": number.line.variant,
            "scope": "whole",
            "period_start": number.start,
            "period_end": number.end,
            "period_basis": _basis(number.start, number.end),
            "period_precision": "stated",
            "window": number.line.window,
            "status": "result",
            "value": number.value,
            "unit": number.line.unit,
            "scope_note": entry.cells.get("note", ""),
            "place": form_.place(entry),
        }


def _basis(start: str, end: str) -> str:
    """The words that state a number's days: a whole year says so, as the check demands."""
    is_year = start[:4] == end[:4] and (start[4:], end[4:]) == ("-01-01", "-12-31")
    return f"{end[:4]}年全年（填报）" if is_year else "填报期间"


def _change(each: Received, made: Mapping[str, str], before: Mapping[Any, Any] | None) -> Change:
    same = ("as_written", "value", "scope_note")
    kind = "added"
    if before is not None:
        is_same = all(made[name] == before[name] for name in same)
        kind = "unchanged" if is_same else "changed"
    label = made["context"].rpartition("：")[0]
    was = str(before["as_written"]) if before is not None and kind == "changed" else ""
    where = f"{each.judged.form.sheet.file} {made['place']}"
    return Change(kind, where, made["ref_area"], label, was, made["as_written"])


def _family(raw: Raw, indicator: str) -> str:
    """The table that rows of an indicator go to: that of its family, or where others stand."""
    family = raw.indicators.loc[raw.indicators["indicator"] == indicator, "family"].iloc[0]
    if family in raw.family_tables:
        return str(family)
    held = raw.rows.loc[raw.rows["indicator"] == indicator, "_file"]
    return str(held.iloc[0]).removesuffix(".csv") if len(held) else raw.family_tables[0]


def _frames(
    raw: Raw,
    added: Mapping[str, Sequence[Mapping[str, str]]],
    documents: Sequence[Mapping[str, str]],
    replaced: set[str],
) -> dict[str, pd.DataFrame]:
    frames: dict[str, pd.DataFrame] = {}
    lost, left = set[str](), {str(entry["document"]) for entry in documents}
    for name in raw.family_tables:
        present = raw.tables[name]
        stay = present[~present["id"].isin(replaced)]
        lost |= set(present["document"]) - set(stay["document"])
        left |= set(stay["document"])
        if len(stay) < len(present) or name in added:
            frames[name] = _with(stay, added.get(name, ()))
    present = raw.documents
    ids = {entry["document"] for entry in documents}
    is_empty = present["document"].isin(raw.returns) & present["document"].isin(lost - left)
    stay = present[~is_empty & ~present["document"].isin(ids)]
    frames["documents"] = _with(stay, documents).sort_values("document", kind="stable")
    return frames


def _with(frame: pd.DataFrame, rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """The frame and further rows, every cell a string."""
    plain = frame.drop(columns=["_line", "_file"])
    cells = [[row.get(column, "") for column in plain.columns] for row in rows]
    more = pd.DataFrame(cells, columns=plain.columns, dtype="str")
    return pd.concat([plain, more], ignore_index=True)


def _flagged(made: Plan, staged: Raw, places: set[str]) -> Plan:
    """The plan with the flag ``conflicting`` on the rows that stand at ``places``."""
    frames = dict(made.frames)
    for name in staged.family_tables:
        frame = staged.tables[name]
        where = frame["_file"] + ":" + frame["_line"].astype(str)
        clashing = where.isin(places)
        if clashing.any():
            flags = (frame["flags"] + " conflicting").str.strip()
            frames[name] = frame.assign(flags=frame["flags"].mask(clashing, flags))
    return Plan(made.changes, frames, made.files, made.texts)
