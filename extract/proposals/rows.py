"""Candidates as rows of a family table, and what a person must still decide about each."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from extract.proposals.book import Book
from extract.proposals.context import MOST, context
from extract.proposals.proposal import Proposal
from extract.reading import Candidate

__all__ = ["EXPLAINED", "Row", "document_row", "left_out_rows", "plain", "rows"]

EXPLAINED = ("family", "name", "place_in_document", "alternatives", "words", "reading", "to_decide")
"""Further columns of an explained table; they do not belong into a raw table."""

_DECIDE = {
    "indicator": ("指标", "indicator"),
    "ref_area": ("单位", "unit reported on"),
    "period": ("期间", "period"),
    "scope": ("范围", "scope"),
    "unit": ("计量单位", "unit"),
    "distributive": ("各……：每个对象一行", "each: one row for every one"),
    "contradictory": ("措辞矛盾", "contradictory wording"),
    "suspect_lost_decimal": ("疑漏小数点", "a decimal point may be lost"),
    "zero_before_wan": ("万余的两种读法", "two readings of 万余"),
    "same_event": ("同一件事的两个数", "two measures of one event"),
    "per_person": ("每人或每户的数", "per person or household"),
    "status": ("计划、目标，不是结果", "a plan or target, no result"),
}
_SAID_FLAGS = tuple(_DECIDE)[5:-1]


@dataclass(frozen=True, slots=True)
class Row:
    """A proposed row: its cells, the candidate behind it, and what remains to be decided."""

    cells: Mapping[str, str]
    explained: Mapping[str, str]
    candidate: Candidate
    to_decide: tuple[str, ...]


def rows(proposal: Proposal, document: str, book: Book, language: str = "zh") -> list[Row]:
    """A row a candidate in the order of the text, numbered after those the document has."""
    before = book.numbers.get(document, 0)
    return [
        _row(proposal, candidate, f"{document}-{before + number:03d}", book=book, language=language)
        for number, candidate in enumerate(proposal.reading.candidates, 1)
    ]


def _row(proposal: Proposal, candidate: Candidate, name: str, *, book: Book, language: str) -> Row:
    known = book.documents.get(proposal.text.evidence_sha256, {})
    cells = dict.fromkeys(book.columns, "")
    cells |= {
        "id": name,
        "document": name.rpartition("-")[0],
        "start": str(candidate.start),
        "end": str(candidate.end),
        "as_written": candidate.text,
        "context": context(proposal.reading.text, candidate),
        "scope": "whole",
        "status": candidate.status,
        "value": plain(candidate.value),
    }
    cells |= _counted(candidate, book, known) | _period(candidate, book, known)
    cells["flags"] = _flags(candidate, cells["context"], book)
    to_decide = tuple(_to_decide(candidate, cells))
    explained = _explained(
        proposal, candidate, book.indicators.get(cells["indicator"], {}), language
    )
    explained["to_decide"] = "；".join(decision(key, language) for key in to_decide)
    return Row(cells, explained, candidate, to_decide)


def decision(key: str, language: str) -> str:
    """What must be decided, in words."""
    return _DECIDE[key][language == "en"]


def _counted(candidate: Candidate, book: Book, known: Mapping[str, str]) -> dict[str, str]:
    about = book.indicators.get(candidate.indicator or "", {})
    office = candidate.office.ref_area if candidate.office else None
    named = candidate.office is not None
    return {
        "ref_area": office or ("" if named else known.get("ref_area", "")),
        "indicator": candidate.indicator or "",
        "variant": candidate.variant or "",
        "window": candidate.window or about.get("window", ""),
        "unit": candidate.unit or about.get("unit", ""),
    }


def _period(candidate: Candidate, book: Book, known: Mapping[str, str]) -> dict[str, str]:
    hint = candidate.period
    if hint is None:
        start, end, precision = (
            known.get("period_start", ""),
            known.get("period_end", ""),
            "nominal",
        )
        words = "报道年份" if known else ""
    else:
        start, end, precision = hint.period_start, hint.period_end, hint.precision
        words = "".join(hint.words.split())[:20]
    window = candidate.window or book.indicators.get(candidate.indicator or "", {}).get("window")
    start = {"stock": end, "cumulative": ""}.get(window or "", start)
    return {
        "period_start": start,
        "period_end": end,
        "period_basis": words,
        "period_precision": precision if end else "",
    }


def _flags(candidate: Candidate, shown: str, book: Book) -> str:
    flags = set(candidate.flags) & book.flags
    if "negated" in flags and "self_reported" in book.flags:
        flags.add("self_reported")
    if "\n" in candidate.clause.strip() and "…" in shown and "split_line" in book.flags:
        flags.add("split_line")
    return " ".join(sorted(flags))


def _to_decide(candidate: Candidate, cells: Mapping[str, str]) -> Iterator[str]:
    yield from (key for key in ("indicator", "ref_area", "unit") if not cells[key])
    if not cells["period_end"] or (cells["window"] == "flow" and not cells["period_start"]):
        yield "period"
    yield from (flag for flag in _SAID_FLAGS if flag in candidate.flags)
    if candidate.status != "result":
        yield "status"


def _explained(
    proposal: Proposal, candidate: Candidate, about: Mapping[str, str], language: str
) -> dict[str, str]:
    place = proposal.text.place(candidate.start)
    others = (a for a in candidate.alternatives if a.indicator != candidate.indicator)
    return {
        "family": about.get("family", ""),
        "name": about.get(f"name_{language}", ""),
        "place_in_document": place.en if language == "en" else place.zh,
        "alternatives": " ".join(f"{each.indicator}:{each.score:g}" for each in others),
        "words": " ".join(candidate.words),
        "reading": _reading(candidate),
        "to_decide": "",
    }


def _reading(candidate: Candidate) -> str:
    """The rule and its interval: `R1 (200, 300)`."""
    ends = (candidate.lower, candidate.upper)
    low, high = ("∞" if end is None else plain(end) for end in ends)
    low = "-∞" if candidate.lower is None else low
    opens, closes = "[("[candidate.lower_open], "])"[candidate.upper_open]
    return f"{candidate.rule} {opens}{low}, {high}{closes}"


def plain(value: Decimal | None) -> str:
    """A decimal as raw tables write it: no exponent, no zeros at the end, '' for none."""
    if value is None:
        return ""
    shown = format(value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def left_out_rows(proposal: Proposal, document: str) -> list[dict[str, str]]:
    """What is left out with its reason, as rows of left_out.csv."""
    return [
        {
            "document": document,
            "start": str(mask.start),
            "end": str(mask.end),
            "as_written": mask.text,
            "reason": mask.reason,
        }
        for mask in proposal.reading.masks
    ]


def document_row(proposal: Proposal, document: str, columns: tuple[str, ...]) -> dict[str, str]:
    """The report as a row of documents.csv: what the file itself tells; the rest stays empty."""
    text = proposal.text
    first = next((line.strip() for line in text.text.splitlines() if line.strip("\ufeff \t")), "")
    offices = Counter(c.office.ref_area for c in proposal.reading.candidates if c.office)
    named = [name for name, _ in offices.most_common() if name]
    is_own = text.sha256 == text.evidence_sha256
    origin = f"原件 {proposal.file}，SHA-256 {text.sha256}"
    said = {
        "document": document,
        "title": first.strip("\ufeff") if len(first) <= MOST else "",
        "ref_area": named[0] if named else "",
        "covers": " ".join(named),
        "characters": str(len(text.text)),
        "sha256": text.evidence_sha256,
        "note_zh": "" if is_own else origin,
        "kind": "report",
    }
    return {column: said.get(column, "") for column in columns}
