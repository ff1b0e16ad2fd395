"""What a transcriber enters of a province: lines of the family tables and of documents.csv.

Offsets are true and contexts verbatim: `texts` are the reports as they stand, a sentence a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.nation import wordings
from bench.nation.cells import AUTUMN, FLAGS, STATUSES, Case, Cells, cells
from bench.nation.chance import Counts, Shares, share
from bench.nation.divisions import Office
from bench.nation.wordings import NONE, STYLES

__all__ = ["Transcription", "transcribed"]

STOP = "。"
"""Ends the sentence of each number."""
_READ_ONCE, _REACHES = 0.03, 0.15
"""Shares of rows with one reading, and of those that say 达 before the number."""
_SYNTHETIC = "（合成）"

_WINDOWS = ("flow", "stock", "cumulative")
_LEADS = {
    "flow": ("全年累计", "共", "今年以来"),
    "stock": ("截至年底", "年末", "截至目前"),
    "cumulative": ("近年来", "近年来", "近年来"),
}
"""Of each window, by sort of report, the words before what is counted."""
_BASES = {
    "flow": ("全年", "报道年份", "今年以来"),
    "stock": ("截至年底", "截至年底", "截至目前"),
    "cumulative": ("近年来", "近年来", "近年来"),
}
_PRECISIONS = {
    "flow": ("stated", "nominal", "stated"),
    "stock": ("stated", "stated", "stated"),
    "cumulative": ("inferred", "inferred", "inferred"),
}

_LETTERS = str.maketrans("0123456789", "abcdefghij")
_phrase = lru_cache(maxsize=1 << 18)(wordings.phrase)


@dataclass(frozen=True, slots=True)
class Transcription:
    """`rows` with a column `family` beside those of the contract; `documents`; `texts` of these."""

    rows: pa.Table
    documents: pa.Table
    texts: Sequence[str]


def transcribed(case: Case, offices: Sequence[Office]) -> Transcription:
    """The transcription of these offices' reports, by document and place; offices by code."""
    told = cells(case, offices)
    reports = _reports(case, offices, told)
    report, place = np.nonzero(told.is_told)
    flat = {
        name: getattr(told, name)[report, place]
        for name in Cells.__dataclass_fields__
        if name != "sort"
    }
    flat |= {"report": report, "place": place, "sort": told.sort[report]}
    codes = np.array([int(office["ref_area"]) for office in offices])[report // len(case.years)]
    about = codes, np.array(case.years)[report % len(case.years)], place
    rows = _rows(case, flat, reports, about)
    texts = _texts(rows["context"], report, reports["document"].to_pylist())
    return Transcription(rows, _documents(reports, texts), texts)


def _reports(case: Case, offices: Sequence[Office], told: Cells) -> pa.Table:
    """What the lines of a report share."""
    count = len(case.years)
    years = np.tile(np.array(case.years), len(offices))
    office = pa.array(np.repeat(np.arange(len(offices)), count))
    area = pa.array([one["ref_area"] for one in offices]).take(office)
    short = pa.array([one["short_zh"] for one in offices]).take(office)
    year, following = _text(years), _text(years + 1)
    is_autumn = pa.array(told.sort == AUTUMN)
    return pa.table(
        {
            "document": _joined(area, "-", year),
            "ref_area": area,
            "title": _joined(short, year, f"年工作纪实{_SYNTHETIC}"),
            "published": pc.if_else(
                is_autumn, _joined(year, "-09-30"), _joined(following, "-01-15")
            ),
            "begun": _joined(year, "-01-01"),
            "ended": _joined(year, pc.if_else(is_autumn, "-09-30", "-12-31")),
            "following": following,
        }
    )


def _rows(case: Case, flat: dict[str, Any], reports: pa.Table, about: Sequence[Counts]) -> pa.Table:
    """The lines of the family tables."""
    of = reports.take(pa.array(flat["report"]))
    phrases = _phrases(case, flat)
    before, befores = _before(case, flat, share(case.seed, "da", *about))
    after = _after(case, flat)
    context = _joined(befores.take(pa.array(before)), phrases["as_written"], after)
    lengths = np.asarray(pc.utf8_length(context)) + len(STOP)
    ends = _within(lengths, flat["report"])
    start = ends - lengths + np.asarray(pc.utf8_length(befores))[before]
    is_once = pa.array(share(case.seed, "once", *about) < _READ_ONCE)
    serial = _serials(len(case.registry))
    document = of["document"]
    rows = {
        "family": _own(case, "family", flat),
        "id": _joined(document, "-", serial.take(pa.array(flat["place"] + 1))),
        "document": document,
        "start": pa.array(start),
        "end": pa.array(start + np.asarray(pc.utf8_length(phrases["as_written"]))),
        "as_written": phrases["as_written"],
        "context": context,
        "ref_area": of["ref_area"],
        "indicator": _own(case, "indicator", flat),
        "variant": _named(case.variants, flat["variant"]),
        "scope": _named(("whole", "programme"), flat["is_programme"]),
        **_period(case, flat, of),
        "window": _own(case, "window", flat),
        "status": _named(STATUSES, flat["status"]),
        "value": phrases["value"],
        "unit": _own(case, "unit", flat),
        "scope_note": _named(("", f"专项行动{_SYNTHETIC}"), flat["is_programme"]),
        "flags": _named(FLAGS, flat["flag"]),
        "part_of": pc.if_else(
            pa.array(flat["is_part"]),
            _joined(document, "-", serial.take(pa.array(flat["place"]))),
            "",
        ),
        "verified_by": pc.if_else(is_once, "", "maintainers, two readings"),
        "read_1_on": _joined(of["following"], "-03-01"),
        "read_2_on": pc.if_else(is_once, "", _joined(of["following"], "-03-15")),
        "place": pa.repeat("", len(document)),
    }
    return pa.table(rows)


def _phrases(case: Case, flat: dict[str, Any]) -> pa.Table:
    """Each number as written and as entered; a distinct one is read once."""
    units = [row["unit"] for row in case.registry]
    known = list(dict.fromkeys(units))
    unit = np.array([known.index(one) for one in units])[flat["indicator"]]
    number = wordings.rounded(flat["amount"], flat["style"])
    key = (number * len(STYLES) + flat["style"]) * len(known) + unit
    distinct, place = np.unique(key, return_inverse=True)
    rest, of_unit = np.divmod(distinct, len(known))
    numbers, styles = np.divmod(rest, len(STYLES))
    read = [
        _phrase(style, number, known[own])
        for style, number, own in zip(
            styles.tolist(), numbers.tolist(), of_unit.tolist(), strict=True
        )
    ]
    table = pa.table(
        {
            "as_written": pa.array([one.as_written for one in read], pa.string()),
            "value": pa.array([one.value for one in read], pa.string()),
        }
    )
    return table.take(pa.array(place))


def _before(case: Case, flat: dict[str, Any], turn: Shares) -> tuple[Counts, pa.Array]:
    """The words before each number: its place among all such words, and these."""
    forms = ("{lead}{name}", "{lead}{name}达", "计划{name}", "{lead}")
    words = [
        form.format(lead=_LEADS[row["window"]][sort], name=row["name_zh"])
        for row, sort, form in product(case.registry, range(AUTUMN + 1), forms)
    ]
    style = flat["style"]
    rounded_down = np.isin(style, [place for place, one in enumerate(STYLES) if "yu" in one.name])
    form = (rounded_down & (turn < _REACHES)).astype(np.int64)
    form = np.where(flat["status"] == STATUSES.index("plan"), 2, form)
    form = np.where(style == STYLES.index(NONE), 3, form)
    place = (flat["indicator"] * (AUTUMN + 1) + flat["sort"]) * len(forms) + form
    return place, pa.array(words)


def _after(case: Case, flat: dict[str, Any]) -> pa.Array:
    """What did not happen stands after 未发生."""
    names = ("", *(row["name_zh"] for row in case.registry))
    is_none = flat["style"] == STYLES.index(NONE)
    return _named(names, np.where(is_none, flat["indicator"] + 1, 0))


def _period(case: Case, flat: dict[str, Any], of: pa.Table) -> dict[str, Any]:
    """First and last day, what they rest on, and how surely."""
    window = np.array([_WINDOWS.index(row["window"]) for row in case.registry])[flat["indicator"]]
    case_of = window * (AUTUMN + 1) + flat["sort"]
    begun = pc.if_else(pa.array(window == 1), of["ended"], of["begun"])
    return {
        "period_start": pc.if_else(pa.array(window == 2), "", begun),
        "period_end": of["ended"],
        "period_basis": _named([b for w in _WINDOWS for b in _BASES[w]], case_of),
        "period_precision": _named([p for w in _WINDOWS for p in _PRECISIONS[w]], case_of),
    }


def _within(lengths: Counts, report: Counts) -> Counts:
    """Where each sentence ends in its report; rows stand by report."""
    ends = np.cumsum(lengths)
    first = np.searchsorted(report, report, side="left")
    return ends - (ends - lengths)[first] if len(ends) else ends


def _texts(context: pa.Array, report: Counts, documents: Sequence[str]) -> list[str]:
    """Each report as it stands; its last words name it without digits, so that none is another."""
    sentences = context.to_pylist()
    bounds = np.searchsorted(report, np.arange(len(documents) + 1)).tolist()
    return [
        "".join(f"{one}{STOP}" for one in sentences[begin:end]) + document.translate(_LETTERS)
        for document, begin, end in zip(documents, bounds, bounds[1:], strict=False)
    ]


def _documents(reports: pa.Table, texts: Sequence[str]) -> pa.Table:
    """Lines of documents.csv."""
    is_autumn = pc.ends_with(reports["ended"], "-09-30")
    count = reports.num_rows
    sums = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    return pa.table(
        {
            "document": reports["document"],
            "title": reports["title"],
            "published_from": reports["published"],
            "published_to": reports["published"],
            "published_precision": pa.repeat("stated", count),
            "published_basis": pa.repeat("报头", count),
            "ref_area": reports["ref_area"],
            "covers": reports["ref_area"],
            "period_start": reports["begun"],
            "period_end": reports["ended"],
            "period_basis_zh": pc.if_else(is_autumn, "今年以来", "全年"),
            "period_basis_en": pc.if_else(is_autumn, "The year so far", "The whole year"),
            "characters": pa.array([len(text) for text in texts]),
            "sha256": pa.array(sums),
            "kind": pa.repeat("report", count),
        }
    )


def _own(case: Case, column: str, flat: dict[str, Any]) -> pa.Array:
    """That column of each row's indicator."""
    return _named([row[column] for row in case.registry], flat["indicator"])


def _named(words: Iterable[str], place: Any) -> pa.Array:
    return pa.array(list(words), pa.string()).take(pa.array(np.asarray(place, dtype=np.int64)))


def _serials(count: int) -> pa.Array:
    return pa.array([f"{number:03}" for number in range(count + 1)])


def _text(numbers: Counts) -> pa.Array:
    return pc.cast(pa.array(numbers), pa.string())


def _joined(*parts: Any) -> Any:
    return pc.binary_join_element_wise(*parts, "")
