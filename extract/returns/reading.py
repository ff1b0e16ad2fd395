"""Cells → the form as it was filled in: office, period, and each number with its place.

It asks the file alone, no registry: so the transcript of a kept file is the same for ever. The
transcript is the text of a return, one line a number, ``place<TAB>label：phrase`` (不适用 where the
line does not apply); offsets of rows of kind `return` count in it as those of other rows count in
a report.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extract.problem import Problem
from extract.quantity import find, parse
from extract.returns import form
from extract.returns.sheets import Cell, Sheet, sheets
from extract.returns.words import found
from extract.sources.rules import Refused

__all__ = ["Entry", "Filled", "filled", "transcript"]

_WITHIN = 40
"""Rows among which the heads are looked for."""
_ASIDE = frozenset({"示例", "问题", "填写说明"})
_SIGNS = "：: \t\u3000"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with a number or a reason for none. ``columns`` is where each of its heads stands."""

    row: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    number: Cell

    @property
    def label(self) -> str:
        """What is counted, in the words of the file."""
        named = form.label(self.cells.get("indicator", ""), self.cells.get("variant", ""))
        return " ".join((named or self.cells.get("code", "")).split())

    @property
    def phrase(self) -> str:
        """The number as sent; with its unit where that multiplies it (2.3 and 万元)."""
        number = " ".join(self.cells["number"].split())
        unit = self.cells.get("unit", "")
        read, one = parse(number), parse(f"2{unit}")
        has_own = read is not None and read.unit is not None
        is_larger = one is not None and one.value not in {None, 2}
        return f"{number}{unit}" if is_larger and not has_own else number

    @property
    def is_absent(self) -> bool:
        """Whether the line is said not to apply, and has no number."""
        return not self.cells["number"] and self.cells.get("state") == form.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in; ``office`` and ``period`` are (text, where)."""

    sheet: Sheet
    office: tuple[str, str]
    period: tuple[str, str]
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]

    def where(self, entry: Entry, key: str) -> str:
        """The place of one cell of a line, as messages name it."""
        column = entry.columns.get(key, entry.columns["number"])
        return self.sheet.where(entry.row, column)

    def place(self, entry: Entry, key: str = "number") -> str:
        """The place of a line's number, or of another cell of it, as evidence names it."""
        return self.sheet.place(entry.row, entry.columns[key])

    @property
    def numbers(self) -> tuple[Entry, ...]:
        """The lines with a number, in file order."""
        return tuple(entry for entry in self.entries if entry.cells["number"])

    @property
    def told(self) -> tuple[tuple[Entry, str], ...]:
        """The lines that say something, each as the transcript has it, in file order."""
        return tuple(
            (entry, f"{self.place(entry)}\t{entry.label}：{entry.phrase}\n")
            if entry.cells["number"]
            else (entry, f"{self.place(entry, 'state')}\t{entry.label}：{form.NOT_APPLICABLE}\n")
            for entry in self.entries
            if entry.cells["number"] or entry.is_absent
        )


def filled(file: str, content: bytes) -> Filled:
    """The form in a file; raises Refused where there is none, or the file may not be opened."""
    sheet, (head, last), columns, problems = _form(sheets(file, content))
    office = _corner(sheet, head, form.OFFICE) or _corner(sheet, head, form.OFFICE_NAME)
    period = _corner(sheet, head, form.PERIOD)
    at = sheet.where(head, 1)
    entries: list[Entry] = []
    for row in (row for row in sheet.rows if row > last):
        entry = _entry(sheet, row, columns)
        if isinstance(entry, Problem):
            problems.append(entry)
        elif entry is not None:
            entries.append(entry)
            if row in sheet.hidden:
                problems.append(found("hidden-row", sheet.where(row, columns["number"])))
    problems += [*_signed(sheet, entries), *_beyond(sheet, entries, (head, columns))]
    return Filled(
        sheet, office or ("", at), period or ("", at), tuple(entries), (*sheet.notes, *problems)
    )


def transcript(form_: Filled) -> str:
    """The text of a return: a line a number, and one for each that does not apply."""
    return "".join(line for _, line in form_.told)


_Heads = tuple[Sheet, tuple[int, int], dict[str, int], list[Problem]]


def _form(every: list[Sheet]) -> _Heads:
    """The sheet with the form, the first and last row of its heads, and their columns."""
    fitting = [(s, heads) for s in every if s.name not in _ASIDE and (heads := _heads(s))]
    visible = [each for each in fitting if each[0].is_visible]
    if not visible:
        if fitting:
            hidden = fitting[0][0]
            raise Refused(found("hidden-form", hidden.where(1, 1)))
        raise Refused(found("no-form", every[0].file))
    if len(visible) > 1:
        names = "、".join(sheet.name for sheet, _ in visible)
        raise Refused(found("which-form", every[0].file, sheets=names))
    sheet, (first, columns) = visible[0]
    last = first
    while (again := _columns(sheet, last + 1)[0]) and {"number", "unit"} <= again.keys():
        last += 1
    return sheet, (first, last), columns, _columns(sheet, first)[1]


def _heads(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    for row in sheet.rows[:_WITHIN]:
        columns, _ = _columns(sheet, row)
        if {"number", "unit"} <= columns.keys() and {"code", "indicator"} & columns.keys():
            return row, columns
    return None


def _columns(sheet: Sheet, row: int) -> tuple[dict[str, int], list[Problem]]:
    """Key → column of the heads in a row; and the heads that stand twice."""
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    for column in sheet.columns.get(row, ()):
        key = _key(sheet.text(row, column))
        if not key:
            continue
        before = columns.setdefault(key, column)
        area = sheet.merged.get((row, column))
        if before != column and (area is None or area != sheet.merged.get((row, before))):
            facts = {"head": sheet.text(row, column), "other": sheet.place(row, before)}
            problems.append(found("head-twice", sheet.where(row, column), **facts))
    return columns, problems


def _key(text: str) -> str:
    said = "".join(text.split("\n", maxsplit=1)[0].split())
    plain = re.sub(r"[（(].*?[)）]", "", said).rstrip("*＊：:")
    for head in form.HEADS:
        if {said, plain} & {head.name, *head.also}:
            return head.key
    return ""


def _corner(sheet: Sheet, head: int, key: str) -> tuple[str, str] | None:
    """What stands beside a key above the heads: in the next filled cell, or after a colon."""
    places = sorted(place for place in sheet.cells if place[0] < head)
    for row, column in places:
        text = sheet.text(row, column)
        if text.startswith(key) and text[len(key) :].lstrip() != text[len(key) :].lstrip(_SIGNS):
            return text[len(key) :].strip(_SIGNS), sheet.where(row, column)
        if text.strip(_SIGNS) == key:
            beside = [c for r, c in places if r == row and c > column and _else(sheet, r, c, key)]
            if beside:
                return sheet.text(row, beside[0]), sheet.where(row, beside[0])
            return None
    return None


def _else(sheet: Sheet, row: int, column: int, key: str) -> bool:
    return sheet.text(row, column).strip(_SIGNS) not in {"", key}


def _entry(sheet: Sheet, row: int, columns: Mapping[str, int]) -> Entry | Problem | None:
    """A line with a number or a reason; a problem for what cannot be one; None for neither."""
    at = row, columns["number"]
    cells = {key: sheet.text(row, column) for key, column in columns.items()}
    number = sheet.cells.get(at, Cell(""))
    area = sheet.merged.get(at, "")
    if area:
        first, _, last = area.partition(":")
        if re.sub("[A-Z]", "", first) != re.sub("[A-Z]", "", last):
            is_first = sheet.merged.get((row - 1, at[1])) != area
            return found("merged-number", sheet.where(*at), cells=area) if is_first else None
        if sheet.merged.get((row, columns["unit"])) == area:
            return found("left-aside", sheet.where(row, 1), text=_first(sheet, row)[:40])
    if not cells["number"] and not cells.get("state") and number.flaw != "uncomputed":
        is_line = cells.get("code") or cells["unit"]
        if is_line or len(_first(sheet, row)) == 0 or not _is_note(cells):
            return None
        return found("left-aside", sheet.where(row, 1), text=_first(sheet, row)[:40])
    return Entry(row, cells, columns, number)


def _signed(sheet: Sheet, entries: list[Entry]) -> Iterator[Problem]:
    """Takes signatures and the like (负责人 李某) from the end of a form whose lines have codes."""
    has_codes = any(entry.cells.get("code") for entry in entries)
    while has_codes and entries and not entries[-1].cells.get("code"):
        last = entries[-1].cells
        if last.get("state") or parse(last["number"]) or [*find(last["number"])]:
            return
        row = entries.pop().row
        yield found("left-aside", sheet.where(row, 1), text=_first(sheet, row)[:40])


def _beyond(
    sheet: Sheet, entries: list[Entry], heads: tuple[int, Mapping[str, int]]
) -> Iterator[Problem]:
    """Lines of a text with a cell more than there are heads: a comma has cut one in two."""
    head, columns = heads
    last = max(*columns.values(), *sheet.columns[head])
    for entry in entries if not sheet.name else ():
        beyond = [column for column in sheet.columns[entry.row] if column > last]
        if beyond:
            text = sheet.text(entry.row, beyond[0])
            yield found("cell-too-many", sheet.where(entry.row, beyond[0]), text=text)


def _is_note(cells: Mapping[str, str]) -> bool:
    """A row whose only words are in one cell."""
    return sum(bool(text) for text in cells.values()) <= 1


def _first(sheet: Sheet, row: int) -> str:
    texts = (sheet.text(row, column) for column in sheet.columns.get(row, ()))
    return next((text for text in texts if text), "")


def several(text: str) -> Iterator[str]:
    """The quantities found in a text that is not one itself."""
    return (quantity.text for quantity in find(text, scope="measured"))
