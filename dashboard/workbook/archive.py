"""The file itself: the same bytes for the same data, results beside formulas, charts with words.

What openpyxl cannot be told is written here into the finished package: fixed times, the computed
value of each formula (for readers that do not calculate), and the title and description of charts.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip entry can carry."""

Results = Mapping[str, str | Decimal | int]
"""What formulas come to, by cell."""

_FORMULA = re.compile(r'(<c r="([A-Z]+[0-9]+)"[^>]*)(><f>[^<]*</f>)(?:<v\s*/>|<v></v>)')
_STAMP = re.compile(r"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_FRAME = re.compile(r'<((?:\w+:)?cNvPr) id="1" name="Chart 1"')


def finished(
    package: bytes,
    results: Sequence[Results],
    charts: Sequence[tuple[str, str]],
    dated: date,
) -> bytes:
    """The package rewritten: `results` by sheet and cell, `charts` as (title, description)."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            body = _part(name, source.read(name), results, charts, dated)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, body)
    return written.getvalue()


def _part(
    name: str,
    body: bytes,
    results: Sequence[Results],
    charts: Sequence[tuple[str, str]],
    dated: date,
) -> bytes:
    if name == "docProps/core.xml":
        stamp = rf"\g<1>{dated.isoformat()}T00:00:00Z\g<3>"
        return _STAMP.sub(stamp, body.decode()).encode()
    sheet = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
    if sheet and results[int(sheet[1]) - 1]:
        return _with_results(body.decode(), results[int(sheet[1]) - 1]).encode()
    drawing = re.fullmatch(r"xl/drawings/drawing(\d+)\.xml", name)
    if drawing:
        return _described(body.decode(), *charts[int(drawing[1]) - 1]).encode()
    return body


def _with_results(sheet: str, results: Results) -> str:
    def put(found: re.Match[str]) -> str:
        result = results.get(found[2])
        if result is None:
            return found[0]
        if isinstance(result, str):
            return f'{found[1]} t="str"{found[3]}<v>{escape(result)}</v>'
        return f"{found[1]}{found[3]}<v>{float(result)!r}</v>"

    return _FORMULA.sub(put, sheet)


def _described(drawing: str, title: str, description: str) -> str:
    words = f"name={quoteattr(title)} descr={quoteattr(description)} title={quoteattr(title)}"
    return _FRAME.sub(lambda found: f'<{found[1]} id="2" {words}', drawing)
