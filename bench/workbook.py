"""A long export beside XlsxWriter: the same cells with the same looks, each in its own process.

    python -m bench.workbook [--offices 200] [--markdown bench/README.md]

200 offices, 50 indicators and 10 years are 100,000 rows of 16 cells. Both sides read the same rows
from the same published set, ours with openpyxl in write-only mode, the other with XlsxWriter in
constant memory. The first rows of both files are compared. Exit code 1 when ours took longer than
XlsxWriter times ALLOWED_RATIO, grew by more than ALLOWED_MIB, or holds other cells.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from dashboard.address import Address
from dashboard.dataset import Dataset, read
from dashboard.filters import Filters
from dashboard.pages.desk import Desk
from dashboard.workbook import long
from dashboard.workbook.looks import Look
from dashboard.workbook.sheet import Entry

ALLOWED_RATIO = 1.6
ALLOWED_MIB = 100
YEARS, INDICATORS = 10, 50
COMPARED = 500
SIDES = ("ours", "xlsxwriter")
NAMES = {"ours": "openpyxl, write-only", "xlsxwriter": "XlsxWriter, constant memory"}

Found = dict[str, float]


def main() -> int:
    """Make the set, let each side write it, say what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offices", type=int, default=200)
    parser.add_argument("--markdown", type=Path, help="file whose table is replaced")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--place", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(written(asked.side, asked.place)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            pool.apply(made, (place, asked.offices))
        found = {side: apart(side, place) for side in SIDES}
        is_same = first_cells(place / "ours.xlsx", 1) == first_cells(place / "xlsxwriter.xlsx", 0)
    told = table(found)
    print(told)
    if asked.markdown:
        from bench.pages import replace_part  # noqa: PLC0415  with Playwright, which only it needs

        replace_part(asked.markdown, "workbook", told + "\n")
    ours, ratio = found["ours"], ratio_of(found)
    print(f"the first {COMPARED} rows are {'the same' if is_same else 'NOT the same'}")
    return int(not is_same or ratio > ALLOWED_RATIO or ours["grown"] > ALLOWED_MIB)


def made(place: Path, offices: int) -> None:
    """A published set of invented numbers."""
    from bench.large_set import publish  # noqa: PLC0415  pyarrow is none of the writers' memory

    publish(place / "published", offices, YEARS, INDICATORS)


def apart(side: str, place: Path) -> Found:
    """Have a side write in a fresh process."""
    call = [sys.executable, "-m", "bench.workbook", "--side", side, "--place", str(place)]
    told = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: Found = json.loads(told)
    return found


def written(side: str, place: Path) -> Found:
    """What one side takes to write the whole set."""
    dataset, out = read((place / "published/current").resolve()), place / f"{side}.xlsx"
    before, started, used = memory("VmRSS"), time.perf_counter(), time.process_time()
    {"ours": ours, "xlsxwriter": theirs}[side](dataset, out)
    return {
        "rows": dataset.facts.total,
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - used,
        "grown": memory("VmHWM") - before,
        "peak": memory("VmHWM"),
        "bytes": out.stat().st_size,
    }


def ours(dataset: Dataset, out: Path) -> None:
    """As the dashboard writes it: with cover, filters, frozen heads."""
    long.write(dataset, "zh", out, lambda *_come: None)


def theirs(dataset: Dataset, out: Path) -> None:
    """The table alone, cell by cell, in the looks of ours."""
    import xlsxwriter  # noqa: PLC0415  only this side loads it

    desk = Desk(Address("zh", "overview"), dataset, {}, {})
    book = xlsxwriter.Workbook(str(out), {"constant_memory": True})
    sheet, formats = book.add_worksheet(), {}
    for row, o in enumerate(dataset.stream(Filters()), long.HEADS):
        for place, entry in enumerate(long.cells(desk, o)):
            key = id(entry.look), entry.number_format
            if key not in formats:
                formats[key] = book.add_format(look_of(entry.look, entry.number_format))
            _put(sheet, row, place, entry, formats[key])
    book.close()


def _put(sheet: Any, row: int, place: int, entry: Entry, look: Any) -> None:
    if isinstance(entry.value, str) and entry.value:
        sheet.write_string(row, place, entry.value, look)
    elif entry.value is None or entry.value == "":
        sheet.write_blank(row, place, None, look)
    else:
        sheet.write_number(row, place, entry.value, look)


def look_of(look: Look, number_format: str) -> dict[str, object]:
    """A look of ours in the words of XlsxWriter."""
    return {
        "font_name": "Microsoft YaHei",
        "font_size": look.size,
        "bold": look.is_bold,
        "font_color": f"#{look.colour[2:]}",
        "valign": "top",
        "text_wrap": look.is_wrapped,
        "indent": look.indent,
        "bottom": 7 if look.is_ruled else 0,
        **({"align": look.align} if look.align else {}),
        **({"num_format": number_format} if number_format else {}),
    }


def first_cells(path: Path, sheet: int) -> list[tuple[object, ...]]:
    """Values of the first rows under the heads, and their number formats."""
    book = load_workbook(path, read_only=True)
    rows = book.worksheets[sheet].iter_rows(
        min_row=long.HEADS + 1, max_row=long.HEADS + COMPARED, max_col=16
    )
    return [tuple((cell.value, cell.number_format) for cell in row) for row in rows]


def memory(kind: str) -> float:
    """Memory of this process in MiB: now (VmRSS), at its highest (VmHWM)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


def ratio_of(found: dict[str, Found]) -> float:
    """Seconds of ours by seconds of the other; by processor time, which other work does not
    stretch."""
    return found["ours"]["cpu"] / found["xlsxwriter"]["cpu"]


def table(found: dict[str, Found]) -> str:
    """The table of the documents."""
    rows, load = found["ours"]["rows"], os.getloadavg()[0]
    lines = [
        f"{datetime.now(UTC).date()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load {load:.1f}; {rows:,.0f} rows × 16 cells.",
        "",
        "| | processor s | wall s | memory grown, MiB | process at most, MiB | file, MiB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for side, own in found.items():
        cells = f"{own['cpu']:.1f} | {own['seconds']:.1f} | {own['grown']:.0f} | {own['peak']:.0f}"
        lines.append(f"| {NAMES[side]} | {cells} | {own['bytes'] / 2**20:.1f} |")
    wall = found["ours"]["seconds"] / found["xlsxwriter"]["seconds"]
    lines += [
        "",
        f"Processor time × XlsxWriter: {ratio_of(found):.2f}, wall: {wall:.2f} "
        f"(at most {ALLOWED_RATIO}); memory grown at most {ALLOWED_MIB} MiB.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
