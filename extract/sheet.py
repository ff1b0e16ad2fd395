"""One raw table from its bytes: what officials' machines write, every cell a string.

UTF-8 with or without BOM and GB18030, full-width digits in numeric columns; whatever keeps the
table from being read is told, all at once. Pure: `extract.tables` opens the files.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute
from pyarrow import csv as arrow_csv

from extract import unreadable
from extract.contract import NUMERIC_TYPES, Resource
from extract.problem import Problem

__all__ = ["framed", "read_sheet"]

_BOM = b"\xef\xbb\xbf"
_BEFORE, _AFTER = b",\n", b",\r\n"
_LONGEST = 131_072
"""Characters of a cell from which on Python's reader refuses it."""


def read_sheet(
    file: str, content: bytes, resource: Resource | None
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """The table called ``file`` with ``_line`` and ``_file``, and what there is to say of it.

    None where an error keeps it from being read. ``resource`` is its contract, if it has one.
    """
    plain = _plain(content)
    if plain is not None and not any(_header(file, list(plain.columns), resource)):
        return _as_agreed(plain.assign(_line=range(2, len(plain) + 2), _file=file), resource, [])
    text, problems = _text(file, content)
    if text is None:
        return None, problems
    try:
        lines = list(_lines(text))
    except csv.Error as error:
        return None, [*problems, unreadable.csv_syntax(file, error)]
    header = lines[0][1] if lines else []
    problems += [*_header(file, header, resource), *_ragged(file, lines)]
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    frame = framed([cells for _, cells in lines[1:]], header, file)
    frame = frame.assign(_line=np.array([line for line, _ in lines[1:]], np.int64))
    return _as_agreed(frame, resource, problems)


def framed(cells: Sequence[Sequence[str]], columns: Sequence[str], file: str) -> pd.DataFrame:
    """Cells as a table of strings; its lines are not known (0)."""
    frame = pd.DataFrame(list(cells), columns=list(columns), dtype="str")
    return frame.assign(_line=0, _file=file)


def _plain(content: bytes) -> pd.DataFrame | None:
    """The table where nothing about it is out of the ordinary, read at once; else None.

    UTF-8, quotation marks only around whole cells of one line, no empty line, as many cells in
    every line: then one line is one row, and both ways of reading give the same.
    """
    body = content.removeprefix(_BOM)
    returns = body.count(b"\r")
    feed = b"\r\n" if returns else b"\n"
    odd = (b"\0", _BOM, feed + feed)
    if not body or returns != body.count(b"\r\n") or any(mark in body for mark in odd):
        return None
    if body.startswith(feed) or (returns and body.count(b"\n") != returns):
        return None
    if not _quotes_whole_cells(body):
        return None
    try:
        table = _arrow(body)
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    longest = [compute.max(compute.binary_length(column)).as_py() for column in table.columns]
    if len(set(table.column_names)) < table.num_columns or max(map(_or_zero, longest)) >= _LONGEST:
        return None
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _quotes_whole_cells(body: bytes) -> bool:
    """Whether marks stand in pairs right around cells, and no cell goes over a line's end."""
    signs = np.frombuffer(body, np.uint8)
    marks = np.flatnonzero(signs == ord('"'))
    first, last = marks[0::2], marks[1::2]
    if len(first) != len(last):
        return False
    feeds = np.flatnonzero(signs == ord("\n"))
    before = signs[first - 1] if len(first) and first[0] else signs[:0]
    after = signs[(last + 1)[: len(last) - (len(last) > 0 and last[-1] + 1 == len(signs))]]
    return bool(
        len(before) == len(first)
        and np.isin(before, list(_BEFORE)).all()
        and np.isin(after, list(_AFTER)).all()
        and (np.searchsorted(feeds, first) == np.searchsorted(feeds, last)).all()
    )


def _or_zero(count: int | None) -> int:
    return count or 0


def _arrow(body: bytes) -> pa.Table:
    names = body.partition(b"\n")[0].decode("utf-8").rstrip("\r").split(",")
    return arrow_csv.read_csv(
        pa.py_buffer(body),
        read_options=arrow_csv.ReadOptions(use_threads=False, column_names=names, skip_rows=1),
        parse_options=arrow_csv.ParseOptions(ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
        ),
    )


def _as_agreed(
    frame: pd.DataFrame, resource: Resource | None, problems: list[Problem]
) -> tuple[pd.DataFrame, list[Problem]]:
    """The table with the columns of its contract, in their order, digits as ordinary ones."""
    if resource is None:
        return frame, problems
    frame = frame.assign(**dict.fromkeys(resource.optional - {*frame.columns}, ""))
    frame = frame.loc[:, [*resource.columns, "_line", "_file"]]
    frame, notes = _ordinary_digits(frame, resource)
    return frame, [*problems, *notes]


def _text(file: str, content: bytes) -> tuple[str | None, list[Problem]]:
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return None, [unreadable.wrong_encoding(file)]
    if any(unicodedata.category(char) in {"Cc", "Co"} and char not in "\r\n\t" for char in text):
        return None, [unreadable.wrong_encoding(file)]
    return text, [unreadable.other_encoding(file)]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it starts on; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begun = 1
    for cells in reader:
        if cells:
            yield begun, cells
        begun = reader.line_num + 1


def _header(file: str, header: Sequence[str], resource: Resource | None) -> Iterator[Problem]:
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        yield unreadable.duplicate_header(file, twice)
    if resource is None:
        return
    wanted = [column for column in resource.columns if column not in resource.optional]
    missing = [column for column in wanted if column not in header]
    if missing:
        yield unreadable.missing_column(file, missing)
    unknown = [column for column in header if column not in resource.columns]
    if unknown:
        yield unreadable.unknown_column(file, unknown)


def _ragged(file: str, lines: Sequence[tuple[int, list[str]]]) -> Iterator[Problem]:
    width = len(lines[0][1]) if lines else 0
    for line, cells in lines[1:]:
        if len(cells) != width:
            yield unreadable.ragged_line(file, line, len(cells), width)


def _ordinary_digits(frame: pd.DataFrame, resource: Resource) -> tuple[pd.DataFrame, list[Problem]]:
    """Full-width digits and signs of numeric columns as ordinary ones, with a note a cell."""
    changed: dict[str, pd.Series] = {}
    notes: list[Problem] = []
    for field in resource.fields:
        before = frame[field.name]
        if field.type not in NUMERIC_TYPES or before.str.isascii().all():
            continue
        after = before.str.normalize("NFKC")
        changed[field.name] = after
        for line in frame.loc[before != after, "_line"]:
            notes.append(unreadable.full_width(str(frame["_file"].iloc[0]), int(line), field.name))
    return frame.assign(**changed), notes
