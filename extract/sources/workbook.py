"""XLSX → cells, with nothing in it trusted: sizes, macros, links, entities, merged cells."""

import contextlib
import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from extract.sources.grid import MAX_CELLS, Grid
from extract.sources.rules import Refused, found

__all__ = ["examined", "grid"]

MOST_UNPACKED = 128 * 2**20
_TIMES_PACKED = 20
_MOST_PARTS = 2000
_PROLOG = 2**16
_CHUNK = 2**20
_MOST_TAGS = 6_000_000  # a million and a half cells: some ten seconds of reading
_MOST_LINES = 2**20
_WIDEST = 2**14
_MOST_ASIDE = 60_000
"""Elements of styles, names, drawings and the like together: some seconds of reading."""
_MOST_TOLD = 16 * 2**20
"""Bytes unpacked of a workbook whose looks are read too, pictures apart."""
_RANGE = 10
"""What a range costs besides its cells: each is held against all others."""
_RANGED = frozenset({"mergeCell", "hyperlink", "table"})
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^>]*?ref=[\"']([A-Z0-9:$]+)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_FAR_ROW = re.compile(rb"<(?:\w+:)?row [^>]*?\br=[\"'][0-9]{8,}[\"']")
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def grid(file: str, content: bytes, *, sheet: str, max_bytes: int, wanted: Collection[str]) -> Grid:
    """The cells of one sheet: ``sheet``, or the only one that is visible and not empty.

    Raises Refused: for what a workbook must not carry, and for whatever keeps it from opening.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _refuse_parts(file, parts, max_bytes)
            odd = _oddities(file, parts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it drops
            return _grid(file, content, sheet, wanted, odd)
    except (Refused, MemoryError):
        raise
    except Exception as reason:  # openpyxl raises anything for a damaged file
        said = f"{type(reason).__name__}: {reason}"
        raise Refused(found("damaged-workbook", file, reason=said)) from reason


def examined(file: str, content: bytes, *, max_bytes: int, most_cells: int) -> None:
    """Nothing, if a workbook may be opened by whoever wants its cells with their looks.

    Raises Refused, in time and memory that its size on disk bounds.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _refuse_parts(file, parts, max_bytes, 4 * most_cells)
            _refuse_sprawl(file, parts, most_cells)
            _oddities(file, parts)
    except (Refused, MemoryError):
        raise
    except Exception as reason:  # as for `grid`
        said = f"{type(reason).__name__}: {reason}"
        raise Refused(found("damaged-workbook", file, reason=said)) from reason


def _refuse_parts(
    file: str, parts: zipfile.ZipFile, max_bytes: int, most_tags: int = _MOST_TAGS
) -> None:
    """What the archive's own table of contents gives away, before anything is unpacked."""
    entries = parts.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(found("password", file))
    limit = min(MOST_UNPACKED, _TIMES_PACKED * max_bytes)
    size = sum(entry.file_size for entry in entries)
    if size > limit or len(entries) > _MOST_PARTS:
        raise Refused(found("bomb", file, size=size, limit=limit))
    names = {entry.filename.lower() for entry in entries}
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        what = {"what": "压缩包或其他 Office 文件", "what_en": "an archive or another Office file"}
        raise Refused(found("not-a-table", file, **what))
    is_macro = b"macroEnabled" in parts.read("[Content_Types].xml")
    if is_macro or any(name.endswith("vbaproject.bin") for name in names):
        raise Refused(found("macros", file))
    if any(name.startswith("xl/externallinks/") for name in names):
        raise Refused(found("external-links", file))
    tags = 0
    for entry in entries:
        _refuse_entities(file, parts, entry)
        tags += _tags(parts, entry)
        if tags > most_tags:
            raise Refused(found("too-many-cells", file, limit=most_tags // 4))


def _tags(parts: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    with parts.open(entry) as stream:
        return sum(chunk.count(b"<") for chunk in iter(lambda: stream.read(_CHUNK), b""))


def _refuse_sprawl(file: str, parts: zipfile.ZipFile, most_cells: int) -> None:
    """What is short in the file and long to read: a merged range, link or table of a million
    cells is visited cell by cell; styles, rules and names are made one by one."""
    told = [entry for entry in parts.infolist() if not entry.filename.startswith("xl/media/")]
    size = sum(entry.file_size for entry in told)
    if size > _MOST_TOLD:
        raise Refused(found("bomb", file, size=size, limit=_MOST_TOLD))
    area = aside = 0
    for entry in told:
        seen = _Extent()
        parser = expat.ParserCreate()
        parser.StartElementHandler = seen.begun
        with contextlib.suppress(expat.ExpatError):  # no XML, or damaged: its reader will say so
            parser.Parse(parts.read(entry), True)  # in one piece: long tokens cost their square
        area += seen.area
        aside += 0 if seen.root == "worksheet" else seen.elements
        if area > most_cells or aside > _MOST_ASIDE:
            raise Refused(found("too-many-cells", file, limit=most_cells))


class _Extent:
    """A part being read: its root element, how many elements, how many cells in ranges."""

    def __init__(self) -> None:
        self.root = ""
        self.elements = self.area = 0

    def begun(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2]
        self.root = self.root or local
        self.elements += 1
        if local in _RANGED and "ref" in attributes:
            left, top, right, bottom = range_boundaries(attributes["ref"])
            wide = (right or _WIDEST) - (left or 1) + 1
            self.area += wide * ((bottom or _MOST_LINES) - (top or 1) + 1) + _RANGE


class _Begun(Exception):  # noqa: N818 - named for what happened
    """The root element begins: no document type came before it."""


def _refuse_entities(file: str, parts: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """A document type (where entities that multiply are declared) has no place in a workbook."""

    def begun(_name: str, _attributes: object) -> None:
        raise _Begun

    def declared(*_names: object) -> None:
        raise Refused(found("damaged-workbook", file, reason=f"{entry.filename}: DOCTYPE"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begun
    parser.StartDoctypeDeclHandler = declared
    with parts.open(entry) as stream:
        head = stream.read(_PROLOG)
    try:
        parser.Parse(head, False)
    except (_Begun, expat.ExpatError):
        return  # of what is no XML at all nothing is declared
    if len(head) == _PROLOG:
        reason = f"{entry.filename}: no element in the first {_PROLOG} bytes"
        raise Refused(found("damaged-workbook", file, reason=reason))


@dataclass(frozen=True, slots=True)
class _Odd:
    """What openpyxl does not tell when it reads row by row, by sheet name."""

    formulas: frozenset[str]
    merged: Mapping[str, Sequence[str]]


def _oddities(file: str, parts: zipfile.ZipFile) -> _Odd:
    """The sheets that hold formulas, and the merged ranges of each sheet."""
    links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    formulas: set[str] = set()
    merged: dict[str, list[str]] = {}
    for entry in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter():
        if entry.tag.endswith("}sheet") and (target := targets.get(entry.get(_REL))):
            name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            xml, title = parts.read(name), entry.get("name", "")
            merged[title] = [cells.decode().replace("$", "") for cells in _MERGED.findall(xml)]
            if _FAR_ROW.search(xml):  # the rows before it would be counted one by one
                raise Refused(found("too-many-cells", file, limit=MAX_CELLS))
            if _FORMULA.search(xml):
                formulas.add(title)
    return _Odd(frozenset(formulas), merged)


def _grid(file: str, content: bytes, sheet: str, wanted: Collection[str], odd: _Odd) -> Grid:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        title, records = _chosen(file, book, sheet, wanted)
        read = Grid(file, records, sheet=title, epoch=book.epoch)
    finally:
        book.close()
    _refuse_merged(read, odd.merged.get(title, []))
    if title in odd.formulas:
        _refuse_uncomputed(read, content)
    return read


def _chosen(
    file: str, book: Any, sheet: str, wanted: Collection[str]
) -> tuple[str, list[tuple[int, list[str]]]]:
    visible = [each for each in book.worksheets if each.sheet_state == "visible"]
    names = ", ".join(each.title for each in visible)
    if sheet:
        visible = [each for each in book.worksheets if each.title == sheet]
    budget = [MAX_CELLS]
    filled = [(each.title, list(_records(file, each, budget))) for each in visible]
    filled = [(title, records) for title, records in filled if records]
    if not filled and not sheet:
        raise Refused(found("empty-file", file))
    fitting = [entry for entry in filled if set(wanted) & set(entry[1][0][1])]
    if len(filled) > 1 and len(fitting) == 1:
        return fitting[0]
    if len(filled) != 1:
        raise Refused(found("which-sheet", file, sheets=names))
    return filled[0]


def _records(file: str, sheet: Any, budget: list[int]) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what a file says of its size is not believed
    for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        budget[0] -= len(values)
        if budget[0] < 0 or line > _MOST_LINES:
            raise Refused(found("too-many-cells", file, limit=MAX_CELLS))
        cells = [_text(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield line, cells


def _text(value: object) -> str:
    """A cell as a person sees it: plain numbers, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(format(value, ".15g")), "f")  # 15 digits are what Excel keeps
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _refuse_merged(read: Grid, ranges: Sequence[str]) -> None:
    header = read.records[0][0]
    below = [cells for cells in ranges if (range_boundaries(cells)[3] or 0) >= header]
    if below:
        column, line = range_boundaries(below[0])[:2]
        where = read.place(line or header, (column or 1) - 1)
        raise Refused(found("merged-cells", where, cells=", ".join(below[:10])))


def _refuse_uncomputed(read: Grid, content: bytes) -> None:
    """A formula no program has computed would read as an empty cell."""
    known = dict(read.records)
    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        sheet = book[read.sheet]
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                cells = known.get(cell.row, ())
                if cell.column > len(cells) or not cells[cell.column - 1]:
                    raise Refused(
                        found("formula-without-value", read.place(cell.row, cell.column - 1))
                    )
    finally:
        book.close()
