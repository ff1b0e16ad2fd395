"""The package itself, as strictly as the programs that refuse or repair one."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from openpyxl.utils import range_boundaries

from dashboard.store import Dataset
from dashboard.workbook.long import write

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
LINKS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
OWN = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
ROOT_PARTS = {"[Content_Types].xml", "_rels/.rels"}
WORKBOOKS = ("invented", "hostile", "english", "real", "demo", "per", "evidence", "practices")
SHEET_CHILDREN = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData"),
    *("sheetProtection", "autoFilter", "mergeCells", "conditionalFormatting", "dataValidations"),
    *("hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks"),
    *("colBreaks", "drawing", "legacyDrawing", "tableParts"),
)
"""Children of a sheet in the order that its schema demands."""

Parts = dict[str, bytes]


def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        assert len(package.namelist()) == len({name.lower() for name in package.namelist()})
        return {name: package.read(name) for name in package.namelist()}


def problems(parts: Parts) -> list[str]:
    """Everything that is wrong with a package; [] for a sound one."""
    broken = [f"{name}: no XML" for name in parts if not _is_xml(name, parts[name])]
    if broken:
        return broken
    checks = (_types, _links, _forbidden, _sheet_names, _defined_names, _sheets, _shapes, _notes)
    return [said for check in checks for said in check(parts)]


def _is_xml(name: str, body: bytes) -> bool:
    try:
        ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return False
    return name.endswith((".xml", ".rels", ".vml"))


def _read(parts: Parts, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(parts[name])


def _types(parts: Parts) -> Iterator[str]:
    """Each part has one content type, and each type named has its part."""
    found = _read(parts, "[Content_Types].xml")
    ends = {e.get("Extension", "").lower() for e in found.iter(f"{TYPES}Default")}
    named = Counter(e.get("PartName", "").lstrip("/") for e in found.iter(f"{TYPES}Override"))
    yield from (f"{name}: named twice" for name, n in named.items() if n > 1)
    yield from (f"{name}: a type without a part" for name in named if name not in parts)
    for name in parts.keys() - ROOT_PARTS:
        if name not in named and name.rpartition(".")[2].lower() not in ends:
            yield f"{name}: no type"


def _links(parts: Parts) -> Iterator[str]:
    """Relationships lead to parts, ids used are there, and no part hangs loose."""
    reached = set(ROOT_PARTS)
    for name in [name for name in parts if name.endswith(".rels")]:
        folder, _, own = name.rpartition("_rels/")
        source = folder + own.removesuffix(".rels")
        reached.add(name)
        ids = Counter(e.get("Id", "") for e in _read(parts, name).iter(f"{LINKS}Relationship"))
        yield from (f"{name}: {key} twice" for key, n in ids.items() if n > 1)
        if source and source not in parts:
            yield f"{name}: of no part"
            continue
        for e in _read(parts, name).iter(f"{LINKS}Relationship"):
            goal = unquote(e.get("Target", ""))
            there = goal.lstrip("/") if goal[:1] == "/" else posixpath.join(folder, goal)
            reached.add(posixpath.normpath(there))
            if e.get("TargetMode") == "External" or posixpath.normpath(there) not in parts:
                yield f"{name}: leads to {goal}"
        used = set(re.findall(rb'\br:id="([^"]+)"', parts[source])) if source else set()
        yield from (f"{source}: no {key!r}" for key in used if key.decode() not in ids)
    yield from (f"{name}: hangs loose" for name in parts.keys() - reached)


def _forbidden(parts: Parts) -> Iterator[str]:
    for name, body in parts.items():
        if re.search(r"vba|macro|external|activex|embed|customxml", name.lower()):
            yield f"{name}: must not be there"
        if re.search(rb"<\w*:?(ddeLink|oleObject|externalReference|control)\b", body):
            yield f"{name}: reaches out"
        formulas = re.findall(rb"<f>([^<]*)</f>", body)
        yield from (f"{name}: {f!r}" for f in formulas if re.search(rb"[A-Z.]{4,}\(|\[|\|", f))


def _names(parts: Parts) -> list[str]:
    return [e.get("name", "") for e in _read(parts, "xl/workbook.xml").iter(f"{MAIN}sheet")]


def _sheet_names(parts: Parts) -> Iterator[str]:
    names = _names(parts)
    if len({name.lower() for name in names}) < len(names):
        yield "two sheets of one name"
    for name in names:
        if not 0 < len(name.encode("utf-16-le")) // 2 <= 31 or re.search(r"[\[\]:*?/\\]", name):
            yield f"{name}: no name for a sheet"
        if name[:1] == "'" or name[-1:] == "'":
            yield f"{name}: an apostrophe at an end"


def _defined_names(parts: Parts) -> Iterator[str]:
    names, seen = _names(parts), Counter[tuple[str, str | None]]()
    for e in _read(parts, "xl/workbook.xml").iter(f"{MAIN}definedName"):
        name, own = e.get("name", ""), e.get("localSheetId")
        seen[name.lower(), own] += 1
        if own is not None and int(own) >= len(names):
            yield f"{name}: of no sheet"
        for piece in re.findall(r"'((?:[^']|'')+)'!([$A-Z0-9:]+)|([^,]+)", e.text or ""):
            sheet, area = piece[0].replace("''", "'"), piece[1].replace("$", "")
            if sheet not in names:
                yield f"{name}: refers to {piece}"
            elif re.fullmatch(r"[A-Z]+\d+:[A-Z]+\d+", area):
                left, top, right, bottom = range_boundaries(area)
                if not (left <= right <= 16_384 and top <= bottom <= 1_048_576):
                    yield f"{name}: {area}"
    yield from (f"{key}: defined twice" for key, n in seen.items() if n > 1)


def _sheets(parts: Parts) -> Iterator[str]:
    names = _names(parts)
    for name in sorted(n for n in parts if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)):
        sheet = _read(parts, name)
        order = [SHEET_CHILDREN.index(child.tag.removeprefix(MAIN)) for child in sheet]
        if order != sorted(order):
            yield f"{name}: parts out of order"
        merged = [range_boundaries(e.get("ref")) for e in sheet.iter(f"{MAIN}mergeCell")]
        filters = [range_boundaries(e.get("ref")) for e in sheet.iter(f"{MAIN}autoFilter")]
        areas = [*merged, *filters]
        pairs = [(a, b) for n, a in enumerate(areas) for b in areas[n + 1 :]]
        yield from (f"{name}: {a} lies over {b}" for a, b in pairs if _overlap(a, b))
        cells = Counter(e.get("r") for e in sheet.iter(f"{MAIN}c"))
        yield from (f"{name}: {cell} twice" for cell, n in cells.items() if n > 1)
        for e in sheet.iter(f"{MAIN}hyperlink"):
            place = re.fullmatch(r"'((?:[^']|'')+)'![A-Z]+\d+", e.get("location", ""))
            if place is None or place[1].replace("''", "'") not in names or e.get(f"{OWN}id"):
                yield f"{name}: link to {e.get('location')}"
        for e in sheet.iter(f"{MAIN}c"):
            if (e.find(f"{MAIN}f") is not None) and e.get("t") not in {None, "n", "str"}:
                yield f"{name}: formula {e.get('r')} of type {e.get('t')}"


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _shapes(parts: Parts) -> Iterator[str]:
    """Shapes have ids of their own, names and descriptions; charts refer to sheets."""
    names = _names(parts)
    for name in [n for n in parts if re.fullmatch(r"xl/drawings/drawing\d+\.xml", n)]:
        shapes = [e for e in _read(parts, name).iter() if e.tag.endswith("}cNvPr")]
        if len({e.get("id") for e in shapes}) < len(shapes):
            yield f"{name}: ids twice"
        yield from (f"{name}: says nothing" for e in shapes if not e.get("descr"))
    for name in [n for n in parts if n.startswith("xl/charts/chart")]:
        for e in _read(parts, name).iter(f"{CHART}f"):
            sheet = re.fullmatch(r"'((?:[^']|'')+)'!\$[A-Z]+\$\d+:\$[A-Z]+\$\d+", e.text or "")
            if sheet is None or sheet[1].replace("''", "'") not in names:
                yield f"{name}: refers to {e.text}"


def _notes(parts: Parts) -> Iterator[str]:
    """Each note has one box of its own, on the cell it is about."""
    for name in [n for n in parts if re.fullmatch(r"xl/comments/comment\d+\.xml", n)]:
        places = Counter(e.get("ref") for e in _read(parts, name).iter(f"{MAIN}comment"))
        yield from (f"{name}: two on {cell}" for cell, n in places.items() if n > 1)
        long = [e for e in _read(parts, name).iter(f"{MAIN}t") if len(e.text or "") > 32_767]
        yield from (f"{name}: too long" for _ in long)
    notes = sum(1 for n in parts if n.startswith("xl/comments/"))
    boxes = [n for n in parts if n.endswith(".vml")]
    if notes != len(boxes):
        yield f"{notes} parts of notes, {len(boxes)} of boxes"
    for name in boxes:
        ids = Counter(re.findall(rb'<v:shape [^>]*id="([^"]*)"', parts[name]))
        yield from (f"{name}: {key!r} twice" for key, n in ids.items() if n > 1)


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_is_a_sound_package(files: dict[str, Path], name: str) -> None:
    assert problems(parts_of(files[name])) == []


def test_a_long_export_is_a_sound_package(invented: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "long.xlsx"
    write(invented, "zh", out, lambda *_at: None)
    assert problems(parts_of(out)) == []


Change = Callable[[Parts], None]


def _replaced(name: str, old: bytes, new: bytes) -> Change:
    def change(parts: Parts) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda parts: parts.pop("xl/styles.xml"), "a type without a part"),
        (lambda parts: parts.update({"xl/loose.xml": b"<a/>"}), "hangs loose"),
        (lambda parts: parts.update({"xl/vbaProject.bin": b"\0"}), "no XML"),
        (_replaced("xl/worksheets/sheet4.xml", b"<f>", b"<f>WEBSERVICE(1)+"), "WEBSERVICE"),
        (_replaced("xl/workbook.xml", b"</workbook>", b"<sheet></workbook>"), "no XML"),
        (_replaced("xl/workbook.xml", 'name="目录"'.encode(), b'name="a/b"'), "no name"),
        (_replaced("xl/workbook.xml", 'name="目录"'.encode(), 'name="说明"'.encode()), "two"),
        (_replaced("xl/workbook.xml", "'证据'!".encode(), b"'gone'!"), "refers to"),
        (_replaced("xl/workbook.xml", b'name="table_cover"', b'name="table_evidence"'), "twice"),
        (_replaced("xl/worksheets/sheet1.xml", b'ref="A1:C1"', b'ref="A1:C6"'), "lies over"),
        (_replaced("xl/worksheets/sheet1.xml", b'r="B6"', b'r="A6"'), "twice"),
        (_replaced("xl/drawings/drawing1.xml", b" descr=", b" other="), "says nothing"),
        (_replaced("xl/charts/chart1.xml", "'调解'!".encode(), b"'gone'!"), "refers to"),
        (_replaced("xl/worksheets/sheet1.xml", b"<sheetData>", b"<drawing/><sheetData>"), "order"),
        (
            _replaced("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"x.xml"),
            "leads to",
        ),
    ],
)
def test_the_check_finds_what_is_broken(body: bytes, change: Change, said: str) -> None:
    package = zipfile.ZipFile(io.BytesIO(body))
    parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    assert any(said in problem for problem in problems(parts))


def test_properties_are_dated_by_the_data(files: dict[str, Path]) -> None:
    core = parts_of(files["invented"])["docProps/core.xml"].decode()
    assert core.count(f"{date(2026, 1, 9).isoformat()}T00:00:00Z") == 2
