"""One file as an office sent it → the columns of its contract, or every reason why not.

Columns may stand in any order; missing, renamed, doubled and unknown ones are named. Rows whose
cells are wrong stay in, each with its error: whether they wait in quarantine is for others to say.
"""

import csv
import difflib
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from extract.contract import Field, Resource
from extract.problem import Problem
from extract.sources import decode, delimited, workbook
from extract.sources.cells import Cell, examine
from extract.sources.grid import Grid
from extract.sources.rules import Refused, capped, found, is_wholesale
from extract.sources.source import MAX_BYTES

__all__ = ["Reading", "read_table", "row_problems", "to_csv"]

_HEADER_WITHIN = 10
NOWHERE = 1_000_000
"""Position of a column that came later and is not there: past every record's end."""
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d"))

Rows = Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A table read: rows under ``columns``, and for each where it stood (`file:line`).

    ``problems`` holds errors about the whole (then there are no rows), errors about single rows
    (which are still among the rows), and notes.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    places: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the whole file is refused."""
        return any(map(is_wholesale, self.problems))


def read_table(
    name: str,
    content: bytes,
    *,
    resource: Resource | None = None,
    sheet: str = "",
    max_bytes: int = MAX_BYTES,
) -> Reading:
    """Read CSV or XLSX bytes against ``resource``; ``name`` is what problems call the file.

    Without a resource every column is taken as text. Never raises for what is in the bytes.
    """
    try:
        if len(content) > max_bytes:
            raise Refused(found("too-large", name, limit=max_bytes))
        grid = _grid(name, content, resource.columns if resource else (), sheet, max_bytes)
        return _fitted(grid, resource)
    except Refused as reason:
        return Reading(problems=capped(reason.problems))


def row_problems(
    columns: Sequence[str], rows: Rows, places: Sequence[str], resource: Resource | None
) -> Iterator[Problem]:
    """The errors about single rows, in row order; asked of rows already made plain."""
    fields = _fields(columns, resource)
    judged: list[dict[str, Cell]] = [{} for _ in columns]
    for row, place in zip(rows, places, strict=True):
        for position, text in enumerate(row):
            if (cell := judged[position].get(text)) is None:
                cell = judged[position][text] = examine(text, fields[position], None)
            if cell.rule:
                yield from _row_problem(cell, place, columns[position])


def to_csv(columns: Sequence[str], rows: Rows) -> bytes:
    """The table as clean CSV: UTF-8, comma, line feed, quoted where needed."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8", errors="replace")


def _grid(name: str, content: bytes, wanted: Sequence[str], sheet: str, max_bytes: int) -> Grid:
    if decode.is_workbook(name, content):
        return workbook.grid(name, content, sheet=sheet, max_bytes=max_bytes, wanted=wanted)
    text, notes = decode.text(name, content)
    return delimited.grid(name, text, notes, wanted)


def _fitted(grid: Grid, resource: Resource | None) -> Reading:
    """The grid's columns in the contract's order; raises Refused."""
    line, first = grid.records[0]
    header = [_name(cell) for cell in first]
    if resource and not set(header) & set(resource.columns):
        raise Refused(_no_header(grid, header, resource))
    problems = [*_header(grid, line, header, resource)]
    width = max((i + 1 for i, name in enumerate(header) if name), default=0)
    problems += [*_nameless(grid, header, width), *_ragged(grid, width)]
    if len(grid.records) == 1 and not problems:
        problems.append(found("only-header", grid.place(line)))
    if problems:
        raise Refused(*problems)
    columns = resource.columns if resource else tuple(header[:width])
    order = [header.index(name) if name in header else NOWHERE for name in columns]
    rows, found_ = _plain(grid, columns, order, resource)
    places = [grid.place(number) for number, _ in grid.records[1:]]
    kept, repeats = _keyed(columns, rows, places, resource)
    if any(map(is_wholesale, repeats)):
        raise Refused(*repeats)
    return Reading(
        tuple(columns),
        tuple(rows[i] for i in kept),
        tuple(places[i] for i in kept),
        capped([*grid.notes, *found_, *repeats]),
    )


def _name(cell: str) -> str:
    return cell.translate(_INVISIBLE).strip()


def _header(
    grid: Grid, line: int, header: Sequence[str], resource: Resource | None
) -> Iterator[Problem]:
    where = grid.place(line)
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        yield found("duplicate-header", where, names=", ".join(twice))
    if resource is None:
        return
    missing = [name for name in resource.columns if name not in header]
    missing = [name for name in missing if name not in resource.optional]
    unknown = [name for name in header if name and name not in resource.columns]
    for wanted, present in _renamed(missing, unknown):
        missing.remove(wanted)
        unknown.remove(present)
        yield found("renamed-column", where, wanted=wanted, present=present)
    if missing:
        yield found("missing-column", where, names=", ".join(missing))
    if unknown:
        yield found("unknown-column", where, names=", ".join(unknown))


def _no_header(grid: Grid, header: Sequence[str], resource: Resource) -> Problem:
    """Not one column name on the first line: they stand below a title, or nowhere."""
    wanted = set(resource.columns)
    for line, cells in islice(grid.records, 1, _HEADER_WITHIN):
        if 2 * len(wanted & set(map(_name, cells))) >= len(wanted):
            return found("header-not-first", grid.place(line), line=line)
    facts = {"present": " ".join(header)[:60], "wanted": ", ".join(resource.columns)}
    return found("no-header", grid.place(grid.records[0][0]), **facts)


def _renamed(missing: Sequence[str], unknown: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of a missing column and the unknown one that is probably it."""
    pairs: list[tuple[str, str]] = []
    left = {name.casefold().replace(" ", "_"): name for name in unknown}
    for wanted in missing:
        if near := difflib.get_close_matches(wanted, left, n=1, cutoff=0.7):
            pairs.append((wanted, left.pop(near[0])))
    return pairs


def _nameless(grid: Grid, header: Sequence[str], width: int) -> Iterator[Problem]:
    line = grid.records[0][0]
    for position, name in enumerate(header[:width]):
        if not name:
            yield found("nameless-column", grid.place(line, position), position=position + 1)


def _ragged(grid: Grid, width: int) -> Iterator[Problem]:
    """Records with cells beyond the header or, in text, short of it."""
    last, padded = len(grid.records) - 1, len(grid.records[0][1])
    for number, (line, cells) in enumerate(grid.records[1:], start=1):
        filled = max(
            (i + 1 for i, cell in enumerate(cells[width:], width) if cell.strip()), default=0
        )
        if filled <= width and (grid.sheet or width <= len(cells) <= padded):
            continue
        is_cut = number == last and grid.ends_open and len(cells) < width
        rule = "truncated" if is_cut else "ragged-line"
        yield found(rule, grid.place(line), cells=filled or len(cells), width=width)


def _fields(columns: Sequence[str], resource: Resource | None) -> list[Field | None]:
    known = {field.name: field for field in resource.fields} if resource else {}
    return [known.get(name) for name in columns]


def _plain(
    grid: Grid, columns: Sequence[str], order: Sequence[int], resource: Resource | None
) -> tuple[list[tuple[str, ...]], list[Problem]]:
    """The rows with each cell made plain, the row errors, and one note a rule and column.

    Each distinct cell of a column is examined once.
    """
    fields, problems = _fields(columns, resource), list[Problem]()
    notes: dict[tuple[str, str], tuple[str, Counter[None]]] = {}
    made: list[list[str]] = []
    for column, position, field in zip(columns, order, fields, strict=True):
        judged: dict[str, Cell] = {}
        cells: list[str] = []
        for line, record in grid.records[1:]:
            text = record[position] if position < len(record) else ""
            if (cell := judged.get(text)) is None:
                cell = judged[text] = examine(text, field, grid.epoch)
            if cell.rule:
                place = grid.place(line, position)
                errors = [*_row_problem(cell, place, column)]
                problems += errors
                if not errors:
                    notes.setdefault((cell.rule, column), (place, Counter()))[1][None] += 1
            cells.append(cell.text)
        made.append(cells)
    counted = (
        found(rule, place, column=column, count=count.total())
        for (rule, column), (place, count) in notes.items()
    )
    return list(zip(*made, strict=True)), [*problems, *counted]


def _row_problem(cell: Cell, place: str, column: str) -> Iterator[Problem]:
    problem = found(
        cell.rule, place, column=column, value=cell.text[:60], likely=cell.likely, count=1
    )
    if problem.severity == "error":
        yield problem


def _keyed(
    columns: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    places: Sequence[str],
    resource: Resource | None,
) -> tuple[list[int], list[Problem]]:
    """The rows to keep, and what is wrong with keys: empty, or twice with other content."""
    key = [columns.index(name) for name in resource.primary_key] if resource else []
    if not key:
        return list(range(len(rows))), []
    first: dict[tuple[str, ...], int] = {}
    kept: list[int] = []
    problems: list[Problem] = []
    for i, row in enumerate(rows):
        value = tuple(row[position] for position in key)
        same = first.setdefault(value, i)
        if not row[key[0]]:
            problems.append(found("empty-key", places[i], column=columns[key[0]]))
            kept.append(i)
        elif same == i:
            kept.append(i)
        else:
            rule = "repeated-row" if row == rows[same] else "duplicate-key"
            facts: Mapping[str, str] = {"key": " ".join(value), "other": places[same]}
            problems.append(found(rule, places[i], **facts))
    return kept, problems
