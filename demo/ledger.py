"""From reports to the tables of the contract: rows in text order, masks, documents, registries."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from district import CITY_EN, CITY_ZH, DISTRICT_EN, DISTRICT_ZH, OFFICES, YEARS
from prose import Fact, Mask, Named, Placed, Sentence, context, render
from reports import Report, chance

VERIFIED_BY = "demonstration (invented), two readings"
"""Role and means as the contract wants them; like every name and date here, invented."""

READ_1_ON, READ_2_ON = "2025-03-03", "2025-03-10"
UNREAD_SHARE = 0.05

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A report with its text, where every number stands, and its rows."""

    report: Report
    text: str
    placed: tuple[Placed, ...]
    rows: tuple[Row, ...]


def told(report: Report, paragraphs: Sequence[Sentence]) -> Told:
    """Render a report and number its facts in text order."""
    text, placed = render(paragraphs)
    facts = [(place, place.piece) for place in placed if isinstance(place.piece, Fact)]
    ids = {fact.key: f"{report.document}-{n:03}" for n, (_, fact) in enumerate(facts, 1)}
    rows = tuple(
        _row(f"{report.document}-{n:03}", report, text, place, fact) | _part_of(fact, ids)
        for n, (place, fact) in enumerate(facts, 1)
    )
    return Told(report, text, tuple(placed), rows)


def _row(key: str, report: Report, text: str, place: Placed, fact: Fact) -> Row:
    is_read_twice = chance("read", key) >= UNREAD_SHARE
    return {
        "id": key,
        "document": report.document,
        "start": str(place.start),
        "end": str(place.end),
        "as_written": fact.as_written,
        "context": context(text, place.start, place.end),
        "ref_area": report.office.ref_area,
        "indicator": fact.indicator,
        "variant": fact.variant,
        "scope": fact.scope,
        "period_start": fact.period.start,
        "period_end": fact.period.end,
        "period_basis": fact.period.basis,
        "period_precision": fact.period.precision,
        "window": fact.window,
        "status": fact.status,
        "value": fact.value,
        "unit": fact.unit,
        "scope_note": fact.scope_note,
        "flags": fact.flags,
        "verified_by": VERIFIED_BY if is_read_twice else "",
        "read_1_on": READ_1_ON,
        "read_2_on": READ_2_ON if is_read_twice else "",
    }


def _part_of(fact: Fact, ids: dict[str, str]) -> Row:
    return {"part_of": ids[fact.part_of] if fact.part_of else ""}


def left_out(reports: Sequence[Told]) -> Iterator[Row]:
    """Every masked number with its reason."""
    for one in reports:
        for place in one.placed:
            if isinstance(place.piece, Mask):
                yield {
                    "document": one.report.document,
                    "start": str(place.start),
                    "end": str(place.end),
                    "as_written": place.piece.as_written,
                    "reason": place.piece.reason,
                }


def practices(reports: Sequence[Told]) -> Iterator[Row]:
    """Every name of a way of working, numbered in text order within its report."""
    for one in reports:
        named = [(p, p.piece) for p in one.placed if isinstance(p.piece, Named)]
        for number, (place, piece) in enumerate(named, 1):
            key = f"{one.report.document}-p{number:02}"
            is_read_twice = chance("read", key) >= UNREAD_SHARE
            yield {
                "id": key,
                "document": one.report.document,
                "start": str(place.start),
                "end": str(place.end),
                "ref_area": one.report.office.ref_area,
                "name": piece.as_written,
                "family": piece.family,
                "kind": piece.kind,
                "read_1_on": READ_1_ON,
                "read_2_on": READ_2_ON if is_read_twice else "",
            }


def documents(reports: Sequence[Told]) -> Iterator[Row]:
    """One line a report, with the SHA-256 of its file."""
    for one in reports:
        report, data = one.report, one.text.encode()
        yield {
            "document": report.document,
            "title": report.title,
            "publisher": "演示数据（程序生成）",
            "ref_area": report.office.ref_area,
            "covers": report.office.ref_area,
            "period_start": f"{report.year}-01-01",
            "period_end": report.last_day,
            "characters": str(len(one.text)),
            "sha256": hashlib.sha256(data).hexdigest(),
            "note_zh": "演示数据，内容虚构",
            "note_en": "Demonstration data, invented",
            **_publication(report),
        }


def _publication(report: Report) -> Row:
    if report.published:
        part = report.kind == "part"
        return {
            "published_from": report.published,
            "published_to": report.published,
            "published_precision": "stated",
            "published_basis": "文内发布日期",
            "period_basis_zh": "文内写明1至10月" if part else "文内写明全年",
            "period_basis_en": "Stated: January to October" if part else "Stated: whole year",
        }
    return {
        "published_from": f"{report.year}-11-01",
        "published_to": f"{report.year + 1}-02-28",
        "published_precision": "inferred",
        "published_basis": "文内没有日期，按内容推定",
        "period_basis_zh": "文内没有写明起止，按报道年份",
        "period_basis_en": "No period stated: nominal year",
    }


def offices() -> Iterator[Row]:
    """The invented offices, labelled as invented."""
    for office in OFFICES:
        yield {
            "ref_area": office.ref_area,
            "name_zh": office.name_zh,
            "name_en": office.name_en,
            "short_zh": office.name,
            "short_en": office.pinyin.title(),
            "kind": office.kind,
            "parent_name_zh": DISTRICT_ZH,
            "parent_name_en": DISTRICT_EN,
            "city_zh": CITY_ZH,
            "city_en": CITY_EN,
            "valid_from": office.valid_from,
            "valid_to": office.valid_to,
            "successor": office.successor,
            "colour": str(office.colour or ""),
            "note_zh": "虚构的演示单位",
            "note_en": "Invented for demonstration",
        }


def corrections(rows: Sequence[Row]) -> Iterator[Row]:
    """One suspected error for each number that seems to have lost its decimal point."""
    for row in rows:
        if "suspect_lost_decimal" in row["flags"].split():
            yield {
                "id": f"{row['id']}-correction",
                "row": row["id"],
                **{name: row[name] for name in ("document", "start", "end", "as_written", "unit")},
                "corrected": str(int(row["value"]) // 100),
                "reason_zh": "比全年补贴总额还多，疑漏小数点",
                "reason_en": "More than all subsidies of the year: a decimal point may be missing",
                "status": "suspected",
            }


def readings(rows: Sequence[Row]) -> Iterator[Row]:
    """A few differences between two readings of a period, settled."""
    for row in [row for row in rows if row["read_2_on"] and chance("differ", row["id"]) < 0.006]:
        yield {
            "id": f"{row['id']}-reading",
            "row": row["id"],
            "field": "period_precision",
            "first": "inferred",
            "second": row["period_precision"],
            "settled": row["period_precision"],
            "reason": "演示：对照原文后采用第二次录入",
            "settled_on": "2025-03-11",
        }


def not_applicable() -> Iterator[Row]:
    """Tongyin leaves army recruitment to its neighbour."""
    yield {
        "ref_area": "local-demo-08",
        "indicator": "recruits",
        "from": f"{YEARS[0]}-01-01",
        "reason_zh": "征兵工作由相邻街道代办",
        "reason_en": "Recruitment for the army is handled by the neighbouring office",
    }
