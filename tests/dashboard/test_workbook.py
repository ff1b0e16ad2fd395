"""The workbook is a value: cells against the data set, and LibreOffice against the formulas."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from dashboard.__main__ import main
from dashboard.address import Address
from dashboard.api import blueprint
from dashboard.compare import Comparison, Observation
from dashboard.pages.desk import Desk
from dashboard.records import Document, Indicator, Names, Office
from dashboard.store import Dataset, Store, read
from dashboard.workbook import workbook
from dashboard.workbook.changes import pairs
from dashboard.workbook.names import SheetNames

ROOT = Path(__file__).resolve().parents[2]
HEAD, FIRST = 5, 6
LABEL = Names("演示数据：虚构", "Demonstration data: invented")
A, B, C = "111111001", "111111002", "111111101"
NASTY = ("=1+1", '+HYPERLINK("x")', "-2", "@SUM(A1)", "\tx", "#N/A", "\x0b_x000b_")

Observed = Callable[..., Observation]


def _office(code: str, name: str) -> Office:
    names = Names(name, f"Office {code[-3:]}")
    kind = "town" if code == C else "subdistrict_office"
    none = Names("", "")
    return Office(code, names, names, kind, none, none, code, "2023", "", "", "", 0, none)


def _indicator(code: str, name: str, english: str, *, core: bool, unit: str) -> Indicator:
    text, none = Names("数的是" + name, "Counts " + english), Names("", "")
    names = Names(name, english)
    return Indicator(code, "mediations", names, text, unit, "flow", "", core, (), (), none)


def _observations(observed: Observed) -> tuple[Observation, ...]:
    over: dict[str, Any] = {
        "as_written": "200余件",
        "value": Decimal(200),
        "lower": 200,
        "upper": 300,
        "lower_open": True,
        "upper_open": True,
        "rule": "R1",
        "qualifier": "余",
    }
    nearly = {"as_written": "近90件", "value": Decimal(90), "lower": 81, "lower_kind": "soft"}
    zero = {"as_written": "未发生", "exactly": 0, "flags": ("negated", "self_reported")}
    between = {"as_written": "120至130件", "value": None, "lower": 120, "upper": 130}
    return (
        observed(id="a-1", ref_area=A, year=2020, exactly=130),
        observed(id="a-2", ref_area=A, year=2021, **over),
        observed(id="a-3", ref_area=A, year=2022, **nearly, upper=90, upper_open=True),
        observed(
            id="a-4",
            ref_area=A,
            year=2023,
            as_written="500件以上",
            value=Decimal(500),
            lower=500,
            upper=None,
        ),
        observed(id="b-1", ref_area=B, year=2021, **between),
        observed(id="b-2", ref_area=B, year=2022, exactly="14.5", as_written="14.5件"),
        observed(id="b-3", ref_area=B, year=2023, obs_status="V", exactly=7, as_written="7件"),
        observed(
            id="c-1",
            ref_area=C,
            period_start=date(2022, 1, 1),
            period_end=date(2022, 3, 31),
            is_full_period=False,
            exactly=9,
            as_written="9件",
        ),
        observed(id="c-2", ref_area=C, indicator="accidents", year=2022, **zero),
    )


@pytest.fixture(scope="module")
def invented(observed: Observed) -> Dataset:
    """Three invented offices, two indicators, all kinds of bounds, text that looks like code."""
    indicators = (
        _indicator("mediations", "调解", "Mediations", core=True, unit="件"),
        _indicator("accidents", "事故", "Accidents", core=False, unit="件"),
    )
    offices = (_office(A, "=甲街道"), _office(B, "乙街道"), _office(C, "丙镇"))
    none = Names("", "")
    rows = (*_observations(observed), *_nasty(observed))
    return Dataset(
        folder=Path(),
        snapshot_id="0123456789abcdef",
        label=LABEL,
        observations=rows,
        offices={office.ref_area: office for office in offices},
        indicators={found.code: found for found in indicators},
        variants={},
        families={"mediations": Names("矛盾调解", "Mediation")},
        documents={
            "doc": Document(
                "doc", "=报道", "", "", date(2024, 1, 5), date(2024, 1, 5), "stated", A,
                (A, B), date(2020, 1, 1), date(2023, 12, 31), none, 100, "ab" * 32, "", none,
            )
        },
        tables={
            "offices": tuple(_row(o) for o in offices),
            "indicators": tuple(
                {"indicator": i.code, "not_comparable_with": ""} for i in indicators
            ),
            "documents": (
                {"covers": f"{A} {B}", "period_start": "2020-01-01", "period_end": "2023-12-31"},
            ),
            "corrections": (),
            "not_applicable": ({"ref_area": B, "indicator": "accidents", "from": "", "to": ""},),
        },
        left_out={"doc": 3},
    )  # fmt: skip


def _row(office: Office) -> dict[str, str]:
    keys = ("parent", "valid_from", "valid_to", "successor")
    return {"ref_area": office.ref_area, "kind": office.kind, **dict.fromkeys(keys, "")}


def _nasty(observed: Observed) -> Iterator[Observation]:
    for number, text in enumerate(NASTY):
        yield observed(
            id=f"n-{number}", ref_area=B, year=2020, context=text, as_written=text, scope="site",
            exactly=number,
        )  # fmt: skip


@pytest.fixture(scope="module")
def real() -> Dataset:
    return read(ROOT / "data" / "tidy")


@pytest.fixture(scope="module")
def body(invented: Dataset) -> bytes:
    return workbook(invented, "zh")


@pytest.fixture(scope="module")
def book(body: bytes) -> Workbook:
    return load_workbook(io.BytesIO(body))


@pytest.fixture(scope="module")
def real_book(real: Dataset) -> Workbook:
    return load_workbook(io.BytesIO(workbook(real, "zh")))


def table(ws: Any) -> list[dict[str, Any]]:
    """The cells of a sheet's table by head."""
    heads = [cell.value for cell in ws[HEAD]]
    return [dict(zip(heads, row, strict=True)) for row in ws.iter_rows(min_row=FIRST)]


def by_id(book: Workbook) -> dict[str, dict[str, Any]]:
    """The row of each observation on the indicator and family sheets."""
    skipped = ("说明", "目录", "总览", "同比", "证据", "口径", "读数规则", "可比性")
    found: dict[str, dict[str, Any]] = {}
    for ws in book.worksheets:
        if ws.title not in skipped:
            found |= {row["编号"].value: row for row in table(ws) if row["编号"].value}
    return found


def comparisons(dataset: Dataset) -> list[Comparison]:
    return list(pairs(Desk(Address("zh", "compare"), dataset, {}, {})))


def end_of(cell: Any) -> Decimal | None:
    """A bound as a cell holds it; None where words stand."""
    return None if isinstance(cell.value, str) else Decimal(str(cell.value))


@pytest.mark.parametrize("which", ["invented", "real"])
def test_every_observation_stands_on_one_sheet_with_its_bounds(
    which: str, request: pytest.FixtureRequest
) -> None:
    dataset: Dataset = request.getfixturevalue(which)
    rows = by_id(request.getfixturevalue("book" if which == "invented" else "real_book"))
    assert rows.keys() == dataset.by_id.keys()
    for id_, o in dataset.by_id.items():
        assert rows[id_]["原文写法"].value == o.as_written.removeprefix("\x0b")
        assert end_of(rows[id_]["下界"]) == o.interval.lower
        assert end_of(rows[id_]["上界"]) == o.interval.upper
        assert (rows[id_]["数值"].value == "—") is (o.value is None)
        if o.value is not None:
            assert end_of(rows[id_]["数值"]) == o.value


@pytest.mark.parametrize(
    ("id_", "head", "shown"),
    [
        ("a-2", "数值", '#,##0"余"'),
        ("a-3", "数值", '"近"#,##0'),
        ("a-4", "数值", '#,##0"以上"'),
        ("b-2", "数值", "#,##0.0"),
        ("c-2", "数值", "#,##0"),
        ("a-2", "下界含否", "不含，词义"),
        ("a-3", "下界含否", "含，约定"),
        ("a-1", "上界含否", "含，词义"),
        ("a-4", "上界", "没有上界"),
        ("b-3", "核对", "未核对 [u]"),
        ("a-1", "核对", "已核对"),
        ("b-2", "名次", "第2位（按约定）"),
    ],
)
def test_a_qualifier_a_bound_and_a_flag_are_shown(
    book: Workbook, id_: str, head: str, shown: str
) -> None:
    cell = by_id(book)[id_][head]
    assert shown == (cell.number_format if head == "数值" else cell.value)


def test_the_verdict_stands_beside_its_reasons(book: Workbook) -> None:
    rows = by_id(book)
    verdicts = {id_: row["与基准相比"].value for id_, row in rows.items() if "与基准相比" in row}
    assert sum(1 for text in verdicts.values() if text == "◉ 基准") == 1
    assert verdicts["c-1"].startswith("≠")
    assert "2022年1—3月" in rows["c-1"]["理由"].value


def test_five_states_are_told_apart(book: Workbook) -> None:
    ws = book["总览"]
    cells = {row["指标"].value: row for row in table(ws)}
    accidents, mediations = cells["事故"], cells["调解"]
    silent, number = accidents["=甲街道\n2022"], mediations["=甲街道\n2021"]
    barred = accidents["乙街道\n2022"]
    assert (silent.value, number.value, barred.value) == ("·", "200余件", "[z]")
    fills = {
        (c.fill.patternType, c.fill.fgColor.rgb if c.fill.patternType else "")
        for c in (silent, number, barred)
    }
    assert len(fills) == 3


def test_an_explicit_zero_is_a_number_and_a_missing_report_is_not(real_book: Workbook) -> None:
    values = [c for row in real_book["总览"].iter_rows(min_row=FIRST) for c in row[3:]]
    zeros = [c for c in values if c.value == 0]
    assert zeros
    assert all(c.number_format == '0"（自报）"' and c.fill.patternType == "solid" for c in zeros)
    assert any(c.value == "[x]" and c.fill.patternType == "gray125" for c in values)


def test_changes_are_formulas_on_the_ends_and_blocked_pairs_have_none(
    book: Workbook, invented: Dataset
) -> None:
    rows, found = table(book["同比"]), comparisons(invented)
    assert len(rows) == len(found)
    assert {c.verdict.blocks for c in found} == {True, False}
    for row, comparison in zip(rows, found, strict=True):
        low, high = row["变化下端"], row["变化上端"]
        if comparison.verdict.blocks:
            assert low.value == high.value == "不计算"
            assert low.data_type == "s"
            assert row["理由"].value
            continue
        at = {head: cell.coordinate for head, cell in row.items()}
        assert low.value == f"={at['后一次下界']}-{at['前一次上界']}" or low.value == "没有下界"
        if comparison.change.interval is not None and comparison.change.interval.upper is None:
            assert high.value == "没有上界"
        else:
            assert high.value == f"={at['后一次上界']}-{at['前一次下界']}"


def _check_results(book: Workbook, found: list[Comparison]) -> int:
    """Compare the results on the sheet of changes with compare.change; how many were compared."""
    checked = 0
    for row, comparison in zip(table(book["同比"]), found, strict=True):
        change = comparison.change
        for interval, heads in (
            (change.interval, ("变化下端", "变化上端")),
            (change.percentage, ("增幅下端", "增幅上端")),
        ):
            ends = (None, None) if interval is None else (interval.lower, interval.upper)
            for head, end in zip(heads, ends, strict=True):
                if end is not None:
                    assert row[head].value == pytest.approx(float(end), rel=1e-12), head
                    checked += 1
                else:
                    assert isinstance(row[head].value, str)
    return checked


def test_results_are_kept_for_readers_that_do_not_calculate(body: bytes, invented: Dataset) -> None:
    kept = load_workbook(io.BytesIO(body), data_only=True)
    assert _check_results(kept, comparisons(invented)) >= 8


@pytest.mark.skipif(
    not (shutil.which("libreoffice") or shutil.which("soffice")),
    reason="LibreOffice is not installed: formulas were not recalculated",
)
def test_libreoffice_opens_it_and_comes_to_the_same_results(
    body: bytes, invented: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "book.xlsx"
    source.write_bytes(_without_results(body))
    program = shutil.which("libreoffice") or shutil.which("soffice") or ""
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    asked = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*asked, str(source)], check=True, capture_output=True, timeout=120)
    calculated = load_workbook(tmp_path / "book.xlsx", data_only=True)
    assert _check_results(calculated, comparisons(invented)) >= 8
    assert len(calculated["调解"]._charts) == 1


def _without_results(body: bytes) -> bytes:
    """The file with every kept result taken out, so that only a calculation can bring it back."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/"):
                text = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v/>", text)
            new.writestr(name, text)
    return written.getvalue()


def test_charts_draw_bounds_from_cells(book: Workbook, body: bytes) -> None:
    ws = book["调解"]
    (chart,) = ws._charts
    (series,) = chart.series
    letters = {cell.value: cell.column_letter for cell in ws[HEAD]}
    assert series.val.numRef.f == f"'调解'!${letters['下界']}$6:${letters['下界']}$20"
    assert series.errBars.errValType == "cust"
    assert series.errBars.plus.numRef.f.startswith(f"'调解'!${letters['图：到上界']}$6:")
    reach = {row["编号"].value: row["图：到上界"].value for row in table(ws)}
    assert reach["a-1"] is None
    assert str(reach["a-2"]).startswith("=")
    drawing = ElementTree.fromstring(
        zipfile.ZipFile(io.BytesIO(body)).read("xl/drawings/drawing1.xml")
    )
    (spoken,) = [found.get("descr", "") for found in drawing.iter() if found.tag.endswith("cNvPr")]
    assert spoken.startswith("调解，单位件。")
    assert "200余件" in spoken


def test_chart_parts_keep_the_order_of_their_schema(body: bytes) -> None:
    space = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    chart = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(body)).read("xl/charts/chart1.xml"))
    bars = chart.find(f".//{space}errBars")
    assert bars is not None
    tags = [child.tag.removeprefix(space) for child in bars]
    assert tags == ["errBarType", "errValType", "noEndCap", "plus", "spPr"]


def test_text_that_looks_like_a_formula_stays_text(book: Workbook) -> None:
    evidence = {row["编号"].value: row for row in table(book["证据"])}
    for number, text in enumerate(NASTY):
        cell = evidence[f"n-{number}"]["原文"]
        assert cell.value == text.removeprefix("\x0b")
        assert cell.data_type == "s"
        assert cell.quotePrefix is (text[0] in "=+-@\t")
    formulas = {
        c.value for ws in book.worksheets for row in ws.iter_rows() for c in row
        if c.data_type == "f"
    }  # fmt: skip
    assert formulas
    assert all(re.fullmatch(r"=[A-Z]+\d+[-/][A-Z]+\d+(-1)?", str(f)) for f in formulas)


def test_every_sheet_scrolls_filters_and_prints(book: Workbook) -> None:
    for ws in book.worksheets:
        assert ws.freeze_panes.endswith(str(FIRST)), ws.title
        assert ws.auto_filter.ref.startswith(f"A{HEAD}:")
        assert ws.print_title_rows == f"${HEAD}:${HEAD}"
        assert (ws.page_setup.orientation, int(ws.page_setup.paperSize)) == ("landscape", 9)
        assert ws.sheet_properties.pageSetUpPr.fitToPage
        assert (ws.page_setup.fitToWidth, ws.page_setup.fitToHeight) == (1, 0)
        assert "&P" in ws.oddFooter.right.text


def test_every_sheet_carries_the_label_of_a_set_that_is_not_real(
    book: Workbook, real_book: Workbook, invented: Dataset
) -> None:
    english = load_workbook(io.BytesIO(workbook(invented, "en")))
    for found, words in ((book, LABEL.zh), (english, LABEL.en)):
        for ws in found.worksheets:
            assert ws["A2"].value == words
            assert ws["A2"].font.sz >= 20
            assert ws.oddHeader.center.text == words
    assert not any(ws["A2"].value for ws in real_book.worksheets)


def test_columns_are_wide_enough_for_their_numbers(real_book: Workbook) -> None:
    for ws in real_book.worksheets:
        for row in ws.iter_rows(min_row=FIRST):
            for cell in row:
                if isinstance(cell.value, int | float):
                    digits = len(f"{cell.value:,}")
                    assert ws.column_dimensions[cell.column_letter].width > digits + 1


def test_contents_lead_to_every_sheet(real_book: Workbook) -> None:
    links = [row["表名"].hyperlink.location for row in table(real_book["目录"])]
    assert links == [f"'{ws.title}'!A1" for ws in real_book.worksheets[2:]]


def test_which_sheets_there_are(real_book: Workbook, real: Dataset) -> None:
    titles = [ws.title for ws in real_book.worksheets]
    assert titles[:3] == ["说明", "目录", "总览"]
    assert titles[-5:] == ["同比", "证据", "口径", "读数规则", "可比性"]
    own = [
        code
        for code, rows in real.by_indicator.items()
        if len(rows) > 1 or real.indicators[code].is_core
    ]
    assert sum(1 for ws in real_book.worksheets if ws._charts) == len(own)


def test_english_has_no_chinese_heads(real: Dataset) -> None:
    english = load_workbook(io.BytesIO(workbook(real, "en")))
    for ws in english.worksheets:
        heads = " ".join(str(cell.value or "") for cell in ws[HEAD])
        assert not re.search(r"[\u4e00-\u9fff]", f"{ws.title} {ws['A1'].value} {heads}"), ws.title


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["a/b:c", "a b c"], ["a b c", "a b c 2"]),
        (["History", "history"], ["History 2", "history 3"]),
        (["Total", "TOTAL"], ["Total", "TOTAL 2"]),
        (["'quoted'", ""], ["quoted", "-"]),
        (
            ["Persons at places that are not for petitions"] * 2,
            ["Persons at places that are not", "Persons at places that are 2"],
        ),
        (["长" * 40], ["长" * 31]),
        (["𠮷" * 20], ["𠮷" * 15]),
    ],
)
def test_sheet_names_are_allowed_and_free(wanted: list[str], names: list[str]) -> None:
    taken = SheetNames()
    given = [taken.take(name) for name in wanted]
    assert given == names
    assert all(len(name.encode("utf-16-le")) <= 62 for name in given)


def test_the_same_data_give_the_same_bytes(body: bytes, invented: Dataset) -> None:
    assert workbook(invented, "zh") == body


def test_the_file_links_nowhere_and_says_who_made_it(body: bytes, book: Workbook) -> None:
    package = zipfile.ZipFile(io.BytesIO(body))
    parts = {name: package.read(name) for name in package.namelist()}
    assert not [name for name in parts if "external" in name.lower() or "vba" in name.lower()]
    assert not [name for name, text in parts.items() if b'TargetMode="External"' in text]
    assert book.properties.creator == "Livelihood Compared"
    assert book.properties.title == f"民生对照工作簿 {LABEL.zh}"
    assert book.properties.modified.date() == book.properties.created.date() == date(2026, 1, 9)


def test_a_set_without_observations_still_gives_a_workbook(invented: Dataset) -> None:
    empty = replace(invented, observations=(), documents={}, left_out={})
    names = load_workbook(io.BytesIO(workbook(empty, "zh"))).sheetnames
    assert names == ["说明", "目录", "总览", "同比", "证据", "口径", "读数规则", "可比性"]


def test_the_command_and_the_button_give_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVELIHOOD_TIDY", str(ROOT / "data" / "tidy"))
    monkeypatch.setenv("LIVELIHOOD_PUBLISHED", str(tmp_path / "none"))
    out = tmp_path / "out.xlsx"
    assert main(["export", str(out), "--lang", "en"]) == 0
    server = Flask("test")
    server.register_blueprint(blueprint(Store(tmp_path / "none", ROOT / "data" / "tidy")))
    answer = server.test_client().get("/download/workbook-en.xlsx")
    assert answer.status_code == 200
    assert answer.data == out.read_bytes()
