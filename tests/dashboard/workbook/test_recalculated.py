"""LibreOffice opens the workbooks, calculates every formula anew, and comes to what compare says.

All workbooks go through one conversion, with every kept result taken out before.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dashboard import wording
from dashboard.chosen import narrowed
from dashboard.compare import Interval, Sign
from dashboard.pages.desk import Desk
from dashboard.pages.question import ask
from dashboard.workbook.changes import shown

PROGRAM = shutil.which("soffice") or shutil.which("libreoffice") or ""
HEAD = 5
SKIPPED = (
    "LibreOffice is not installed: no formula was recalculated. "
    "apt-get install libreoffice-calc-nogui / 没有LibreOffice，公式没有重算"
)
CALCULATED = ("invented", "hostile", "demo", "per", "trends")
NO_JAVA = re.compile(r"Warning: failed to launch javaldx.*|")
pytestmark = pytest.mark.skipif(not PROGRAM, reason=SKIPPED)

Cells = list[list[Any]]


@pytest.fixture(scope="session")
def log(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The folder of recalculated workbooks, and what LibreOffice said."""
    bare, out = (tmp_path_factory.mktemp(name) for name in ("bare", "recalculated"))
    for name in CALCULATED:
        (bare / f"{name}.xlsx").write_bytes(_without_results(files[name].read_bytes()))
    profile = f"-env:UserInstallation={tmp_path_factory.mktemp('profile').as_uri()}"
    asked = [PROGRAM, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    given = [str(bare / f"{name}.xlsx") for name in CALCULATED]
    done = subprocess.run([*asked, *given], check=True, capture_output=True, timeout=300, text=True)
    return out, done.stdout, done.stderr


def _without_results(body: bytes) -> bytes:
    """The file with every kept result taken out, so that only a calculation can bring it back."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/"):
                text = re.sub(rb' t="str"(><f>[^<]*</f>)<v>[^<]*</v>', rb"\1<v/>", text)
                text = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v/>", text)
            new.writestr(name, text)
    return written.getvalue()


def sheets(path: Path) -> dict[str, Cells]:
    """Every cell of a workbook as a reader that does not calculate finds it."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def rows_of(cells: Cells) -> list[dict[str, Any]]:
    """A table's rows by head; of two columns with one head the first is kept as `head.1` too."""
    heads: list[str] = []
    for head in cells[HEAD - 1]:
        heads.append(f"{head}.{heads.count(head)}" if head in heads else head)
    return [dict(zip(heads, row, strict=True)) for row in cells[HEAD:]]


def test_it_opens_them_without_a_word(log: tuple[Path, str, str]) -> None:
    out, said, complained = log
    assert sorted(path.stem for path in out.iterdir()) == sorted(CALCULATED)
    assert len(said.splitlines()) == len(CALCULATED)
    assert all(line.startswith("convert ") for line in said.splitlines())
    assert not [line for line in complained.splitlines() if not NO_JAVA.fullmatch(line)]


@pytest.mark.parametrize("name", CALCULATED)
def test_every_cell_is_as_it_was_kept(
    files: dict[str, Path], log: tuple[Path, str, str], name: str
) -> None:
    kept, found = sheets(files[name]), sheets(log[0] / f"{name}.xlsx")
    assert list(kept) == list(found)
    assert _formulas(files[name]) > 0
    for title, cells in kept.items():
        assert len(cells) == len(found[title]), title
        for mine, theirs in zip(cells, found[title], strict=True):
            assert [_plain(cell) for cell in theirs[: len(mine)]] == [_plain(c) for c in mine]


def _formulas(path: Path) -> int:
    with zipfile.ZipFile(path) as package:
        return sum(package.read(n).count(b"<f>") for n in package.namelist() if "worksheets" in n)


def _plain(cell: Any) -> Any:
    """A cell without the noise of binary fractions, and with one kind of line break."""
    if isinstance(cell, float):
        return pytest.approx(cell, rel=1e-12, abs=1e-12)
    return re.sub(r"\r\n?", "\n", cell) if isinstance(cell, str) else cell


@pytest.mark.parametrize("name", ["invented", "demo", "trends"])
def test_changes_come_to_what_compare_says(
    desks: dict[str, Desk], log: tuple[Path, str, str], name: str
) -> None:
    desk = desks[name]
    held = narrowed(desk.dataset, desk.address) if name == "trends" else desk.dataset
    expected = list(shown(replace(desk, dataset=held)))
    rows = rows_of(sheets(log[0] / f"{name}.xlsx")["同比"])
    assert len(rows) == len(expected) > 0
    for row, comparison in zip(rows, expected, strict=True):
        change = comparison.change
        if change.interval is None:
            assert (row["变化下端"], row["变化上端"], row["增减"]) == ("不计算", "不计算", "—")
        else:
            _check(row, change.interval, "变化")
            is_open = (change.interval.lower_open, change.interval.upper_open)
            for side, end, excluded in zip("下上", _ends(change.interval), is_open, strict=True):
                words = "—" if end is None else "不含" if excluded else "含"
                assert row[f"{side}端含否"] == words
            assert change.sign is not None
            assert row["增减"] == wording.sign_words(change.sign, "zh", change.decided_by)
        _check(row, change.percentage, "增幅")


def _ends(interval: Interval | None) -> tuple[Decimal | None, Decimal | None]:
    return (None, None) if interval is None else (interval.lower, interval.upper)


def _check(row: dict[str, Any], interval: Interval | None, what: str) -> None:
    """Both ends as numbers, or words where there is none."""
    for side, end in zip("下上", _ends(interval), strict=True):
        cell = row[f"{what}{side}端"]
        if end is None:
            assert isinstance(cell, str)
        else:
            assert cell == pytest.approx(float(end), rel=1e-12, abs=1e-12)


def test_the_demonstration_has_every_kind_of_change(desks: dict[str, Desk]) -> None:
    """Else the agreement above would say little."""
    changes = [found.change for found in shown(desks["demo"])]
    kinds = {(c.sign, c.decided_by) for c in changes}
    assert {Sign.INCREASE, Sign.DECREASE, Sign.UNDETERMINED} <= {sign for sign, _ in kinds}
    assert {"hard", "soft"} <= {by for _, by in kinds}
    assert any(c.refusal for c in changes)
    assert any(c.interval and c.interval.upper is None for c in changes)
    assert any(c.percentage for c in changes)


def test_rates_come_to_what_compare_says(
    desks: dict[str, Desk], log: tuple[Path, str, str]
) -> None:
    desk = desks["per"]
    expected = ask(desk, desk.address.indicator)
    rows = rows_of(sheets(log[0] / "per.xlsx")["每万人"])
    assert [row["编号"] for row in rows] == [o.id for o in expected.rows]
    assert len(rows) > 2
    for row, o in zip(rows, expected.rows, strict=True):
        for side, end in zip("下上", _ends(o.interval), strict=True):
            cell = row[f"每万人{side}界"]
            assert isinstance(cell, str) if end is None else cell == pytest.approx(float(end))
