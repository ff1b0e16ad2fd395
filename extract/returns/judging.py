"""A filled form against the registries: its numbers as they would be entered, or every reason why
not, each at its cell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from extract.contract import Field
from extract.problem import Problem
from extract.quantity import Quantity, parse
from extract.returns import form
from extract.returns.form import Line, Period, period_of
from extract.returns.reading import Entry, Filled, several
from extract.returns.words import found
from extract.sources.cells import examine
from extract.tables import Raw

__all__ = ["Absence", "Judged", "Number", "Registry", "judged"]

_CONTINUOUS = frozenset({"元", "%", "‰", "平方米", "平方公里", "百分点", "倍", "吨", "公里"})
_SIGNED = frozenset({"百分点", "℃"})
_DIGIT = re.compile(r"\d")
_DATE = Field("date", "date", {}, "", "")


@dataclass(frozen=True, slots=True)
class Number:
    """A number that can be entered: its line, phrase, value and days."""

    entry: Entry
    line: Line
    value: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Absence:
    """A line that does not apply between two days, and why."""

    entry: Entry
    line: Line
    start: str
    end: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A form that was looked at; ``office`` and ``period`` are empty where they are not known."""

    form: Filled
    office: str
    period: Period | None
    numbers: tuple[Number, ...]
    absences: tuple[Absence, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Registry:
    """The offices and lines a form may name."""

    raw: Raw

    @cached_property
    def offices(self) -> Mapping[str, str]:
        """What an office may be called → its code; names that two share mean none."""
        known: dict[str, str] = {}
        for entry in self.raw.offices.to_dict("records"):
            for name in {entry["ref_area"], entry["name_zh"], entry["short_zh"]}:
                known[name] = "" if name in known else entry["ref_area"]
        return known

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line of the form."""
        indicators = self.raw.indicators.to_dict("records")
        variants = self.raw.variants.to_dict("records")
        return tuple(form.lines(indicators, variants))  # type: ignore[arg-type]

    @cached_property
    def by_code(self) -> Mapping[str, Line]:
        """Lines by code."""
        return {line.code: line for line in self.lines}


def judged(sent: Filled, registry: Registry, received: date) -> Judged:
    """Everything that is wrong with a form at once; its numbers, where nothing is."""
    problems = list(sent.problems)
    office, period, corner = _corner(sent, registry)
    problems += corner
    numbers: list[Number] = []
    absences: list[Absence] = []
    seen: dict[str, str] = {}
    for entry in sent.entries:
        line, wrong = _line(sent, entry, registry)
        problems += wrong
        problems += _others(sent, entry)
        if line is None or not entry.cells["number"]:
            problems += _flaw(sent, entry) if not entry.cells["number"] else []
            if line is not None and entry.is_absent:
                absence, wrong = _absence(sent, entry, line, period)
                absences += [absence] if absence else []
                problems += wrong
            continue
        if line.code in seen:
            facts = {"line": form.label(line.name, line.variant_name), "other": seen[line.code]}
            problems.append(found("line-twice", sent.where(entry, "number"), **facts))
        seen.setdefault(line.code, sent.place(entry))
        number, more = _number(sent, entry, line, period)
        problems += more
        numbers += [number] if number else []
    problems += _of_time(sent, numbers, received)
    if not problems and not sent.told:
        problems.append(found("nothing-filled", sent.sheet.file))
    return Judged(sent, office, period, tuple(numbers), tuple(absences), tuple(problems))


def _corner(sent: Filled, registry: Registry) -> tuple[str, Period | None, list[Problem]]:
    problems: list[Problem] = []
    (said, there), (text, where) = sent.office, sent.period
    office = registry.offices.get(said, "")
    if not said:
        problems.append(found("no-office", there))
    elif not office:
        problems.append(found("unknown-office", there, office=said))
    period = period_of(text)
    if not text:
        problems.append(found("no-period", where))
    elif period is None:
        problems.append(found("unclear-period", where, period=text))
    return office, period, problems


def _line(sent: Filled, entry: Entry, registry: Registry) -> tuple[Line | None, list[Problem]]:
    code, name = entry.cells.get("code", ""), entry.cells.get("indicator", "")
    variant = entry.cells.get("variant", "")
    if code and (line := registry.by_code.get(code)):
        wanted = form.label(line.name, line.variant_name)
        given = form.label(name, variant)
        if (name and name != line.name) or (variant and variant != line.variant_name):
            facts = {"code": code, "name": wanted, "given": given}
            return None, [found("name-differs", sent.where(entry, "indicator"), **facts)]
        return line, []
    named = [line for line in registry.lines if line.name == name and not code]
    fitting = [line for line in named if variant == line.variant_name]
    if len(fitting) == 1:
        return fitting[0], []
    if named and not variant:
        choices = "、".join(line.variant_name for line in named)
        facts = {"given": name, "choices": choices}
        return None, [found("unclear-line", sent.where(entry, "indicator"), **facts)]
    said = code or form.label(name, variant) or "（空）"
    key = "code" if code else "indicator"
    return None, [found("unknown-line", sent.where(entry, key), line=said)]


def _others(sent: Filled, entry: Entry) -> Iterator[Problem]:
    """What is wrong with the state and the note of a line."""
    state, note = entry.cells.get("state", ""), entry.cells.get("note", "")
    for key in ("start", "end", "state", "note"):
        cell = sent.sheet.cells.get((entry.row, entry.columns.get(key, 0)))
        if cell is not None and cell.flaw == "uncomputed":
            yield found("uncomputed", sent.where(entry, key))
    if state and state not in form.STATES:
        yield found("unknown-state", sent.where(entry, "state"), state=state)
    if state and entry.cells["number"]:
        facts = {"state": state, "text": entry.cells["number"]}
        yield found("state-and-number", sent.where(entry, "state"), **facts)
    if len(note) > form.NOTE_LENGTH:
        facts_ = {"length": len(note), "limit": form.NOTE_LENGTH}
        yield found("note-too-long", sent.where(entry, "note"), **facts_)
    if note.startswith(("=", "+", "-", "@")):
        yield found("formula-note", sent.where(entry, "note"), sign=note[0])


def _flaw(sent: Filled, entry: Entry) -> list[Problem]:
    """What makes a number cell unfit before it is read."""
    at, text, flaw = sent.where(entry, "number"), entry.cells["number"], entry.number.flaw
    if flaw == "uncomputed":
        return [found("uncomputed", at)]
    if flaw == "words" and entry.number.words == entry.cells.get("unit"):
        flaw = ""  # what is seen is the number and its unit
    if flaw in {"words", "date"}:
        return [found({"words": "format-words", "date": "became-date"}[flaw], at, text=text)]
    rule = examine(text, None, None).rule
    if rule in {"excel-error", "excel-number", "lost-characters", "control-character"}:
        return [found(rule, at, text=text, value=text, column="填报数", count=1)]
    if len(text) > form.NUMBER_LENGTH:
        facts = {"length": len(text), "limit": form.NUMBER_LENGTH}
        return [found("number-too-long", at, **facts)]
    return []


def _number(
    sent: Filled, entry: Entry, line: Line, period: Period | None
) -> tuple[Number | None, list[Problem]]:
    problems = _flaw(sent, entry)
    if not problems:
        problems = [*_of_unit(sent, entry, line)]
    quantity = parse(entry.phrase)
    if not problems:
        problems = [*_of_amount(sent, entry, line, quantity)]
    start, end, wrong = _days(sent, entry, line, period)
    problems += wrong
    if problems or quantity is None:
        return None, problems
    value = "" if quantity.value is None else _plain(quantity.value)
    return Number(entry, line, value, start, end), []


def _absence(
    sent: Filled, entry: Entry, line: Line, period: Period | None
) -> tuple[Absence | None, list[Problem]]:
    """A line that does not apply, in all of the days its form or the line itself names."""
    start, end, problems = _days(sent, entry, replace(line, window="flow"), period)
    reason = entry.cells.get("note", "")
    if not reason:
        problems.append(found("reason-missing", sent.where(entry, "note")))
    if problems or period is None:
        return None, problems
    return Absence(entry, line, start, end, reason), []


def _of_unit(sent: Filled, entry: Entry, line: Line) -> Iterator[Problem]:
    """The units of the number and of its unit cell against the indicator's."""
    at, unit, text = sent.where(entry, "unit"), entry.cells.get("unit", ""), entry.cells["number"]
    own, read = parse(text), parse(f"2{unit}")
    units = "、".join(form.units(line.unit))
    own_unit = own.unit if own else None
    facts = {"unit": unit, "units": units, "expected": line.unit, "text": text}
    if not unit:
        if own_unit is None:
            yield found("unit-missing", at, **facts)
        elif own_unit != line.unit:
            yield found(
                "unit-differs", sent.where(entry, "number"), unit=own_unit, expected=line.unit
            )
    elif read is None or read.value is None or read.unit is None or _DIGIT.search(unit):
        yield found("unknown-unit", at, **facts)
    elif (read.unit or line.unit) != line.unit:
        yield found("unit-differs", at, **facts)
    elif own_unit is not None and (own_unit != line.unit or read.value != 2):
        yield found("units-disagree", sent.where(entry, "number"), **facts)
    elif read.value != 2 and any(char in text for char in "千万亿"):
        yield found("twice-wan", sent.where(entry, "number"), **facts)


def _of_amount(
    sent: Filled, entry: Entry, line: Line, quantity: Quantity | None
) -> Iterator[Problem]:
    at, text, unit = sent.where(entry, "number"), entry.cells["number"], line.unit
    is_bare = quantity is not None and quantity.rule == "R15" and "零" not in text
    if quantity is None or is_bare:
        rule = "several-numbers" if len([*several(text)]) > 1 else "not-a-number"
        yield found(rule, at, text=text)
        return
    ends = [n for n in (quantity.value, quantity.lower, quantity.upper) if n is not None]
    if min(ends) < 0 and unit not in _SIGNED:
        yield found("negative", at, text=text, unit=unit)
    elif quantity.value is not None and unit not in _CONTINUOUS and quantity.value % 1:
        yield found("not-whole", at, text=text, unit=unit)
    elif unit == "%" and min(ends) > 100:
        yield found("over-hundred", at, text=text)


def _days(
    sent: Filled, entry: Entry, line: Line, period: Period | None
) -> tuple[str, str, list[Problem]]:
    """The first and last day of a number; the form's where the line names none."""
    problems: list[Problem] = []
    days: dict[str, str] = {}
    for key in ("start", "end"):
        text = entry.cells.get(key, "")
        cell = examine(text, _DATE, sent.sheet.epoch)
        if text and cell.rule in {"not-a-date", "excel-serial", "excel-error"}:
            facts = {"text": text, "likely": cell.likely}
            problems.append(found(cell.rule, sent.where(entry, key), **facts))
        days[key] = cell.text
    if problems or period is None:
        return "", "", problems
    end = days["end"] or period.end.isoformat()
    start = days["start"] or period.start.isoformat()
    if line.window != "flow":
        start = end if line.window == "stock" else ""
    elif end < start:
        problems.append(found("days-reversed", sent.where(entry, "end"), start=start, end=end))
    for key, day in (("start", start or end), ("end", end)):
        if not period.start.isoformat() <= day <= period.end.isoformat() and not problems:
            facts = {"day": day, "period": period.name}
            problems.append(found("outside-period", sent.where(entry, key), **facts))
    return start, end, problems


def _of_time(sent: Filled, numbers: Sequence[Number], received: date) -> Iterator[Problem]:
    """A number of days to come, named once a form."""
    for number in numbers:
        if number.end > received.isoformat():
            facts = {"end": number.end, "received": received}
            yield found("period-not-over", sent.where(number.entry, "end"), **facts)
            return


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
