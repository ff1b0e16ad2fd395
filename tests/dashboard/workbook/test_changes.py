"""Changes: formulas on the ends, the results kept beside them, and LibreOffice against both."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from dashboard.address import Address
from dashboard.compare import Comparison
from dashboard.pages.desk import Desk
from dashboard.store import Dataset
from dashboard.workbook.changes import pairs

Table = Callable[[Any], list[dict[str, Any]]]


def comparisons(dataset: Dataset) -> list[Comparison]:
    return list(pairs(Desk(Address("zh", "compare"), dataset, {}, {})))


def test_changes_are_formulas_on_the_ends_and_blocked_pairs_have_none(
    table: Table, book: Workbook, invented: Dataset
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


def _check_results(table: Table, book: Workbook, found: list[Comparison]) -> int:
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


def test_results_are_kept_for_readers_that_do_not_calculate(
    table: Table, body: bytes, invented: Dataset
) -> None:
    kept = load_workbook(io.BytesIO(body), data_only=True)
    assert _check_results(table, kept, comparisons(invented)) >= 8


@pytest.mark.skipif(
    not (shutil.which("libreoffice") or shutil.which("soffice")),
    reason="LibreOffice is not installed: formulas were not recalculated",
)
def test_libreoffice_opens_it_and_comes_to_the_same_results(
    table: Table, body: bytes, invented: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "book.xlsx"
    source.write_bytes(_without_results(body))
    program = shutil.which("libreoffice") or shutil.which("soffice") or ""
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    asked = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*asked, str(source)], check=True, capture_output=True, timeout=120)
    calculated = load_workbook(tmp_path / "book.xlsx", data_only=True)
    assert _check_results(table, calculated, comparisons(invented)) >= 8
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
