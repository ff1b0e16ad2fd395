"""A proposal on a terminal: columns that fit, wide characters counted as the two they take."""

import unicodedata
from collections.abc import Sequence

from wcwidth import wcswidth, wcwidth

from extract.proposals.book import Book
from extract.proposals.rows import Row, decision
from extract.reading import Candidate

__all__ = ["shown"]

_HEADS = {
    "zh": ("序号", "指标", "单位", "期间", "性质", "原文（【】内为所提数字）"),
    "en": ("no.", "indicator", "unit", "period", "status", "clause, the number in 【】"),
}
_STATUS = {
    "result": ("结果", "result"),
    "plan": ("计划", "plan"),
    "target": ("目标", "target"),
    "planned_capacity": ("规划规模", "planned"),
}
_WIDEST = (4, 22, 14, 17, 8)
_LEAST_CLAUSE = 24
_UNDECIDED = {"zh": "（未定）", "en": "(undecided)"}


def shown(rows: Sequence[Row], text: str, book: Book, *, language: str, width: int) -> list[str]:
    """The lines of a table no wider than ``width`` columns of a terminal."""
    table = [_HEADS[language][:-1], *(_cells(row, book, language) for row in rows)]
    columns = list(zip(*table, strict=True))
    widths = [
        min(most, max(map(_width, column))) for most, column in zip(_WIDEST, columns, strict=True)
    ]
    left = max(width - sum(widths) - 2 * len(widths), _LEAST_CLAUSE)
    clauses = [
        _fitted(_HEADS[language][-1], left),
        *(_clause(text, row.candidate, left) for row in rows),
    ]
    return [
        "  ".join([*map(_padded, cells, widths), clause]).rstrip()
        for cells, clause in zip(table, clauses, strict=True)
    ]


def _cells(row: Row, book: Book, language: str) -> tuple[str, ...]:
    cells, candidate = row.cells, row.candidate
    name = row.explained["name"] or cells["indicator"] or _UNDECIDED[language]
    is_english = language == "en"
    office = book.offices.get(cells["ref_area"], {}).get(f"short_{language}", "")
    if not office and candidate.office:
        office = f"{candidate.office.name}?"
    period = candidate.period.words if candidate.period else cells["period_end"][:4]
    status = _STATUS.get(candidate.status, (candidate.status,) * 2)[is_english]
    doubts = [key for key in row.to_decide if key not in ("indicator", "ref_area", "status")]
    mark = "!" if doubts else ""
    number = cells["id"].rpartition("-")[2] + mark
    return tuple(map(_safe, (number, name, office or "—", period or "—", status)))


def _clause(text: str, candidate: Candidate, width: int) -> str:
    """The number in its clause, cut on both sides to fit; the nearer words stay."""
    number = f"【{_safe(candidate.text)}】"
    room = max(width - _width(number), 0)
    low = max(candidate.clause_start, candidate.start - width, 0)
    high = min(candidate.clause_end, candidate.end + width)
    before = _safe(text[low : candidate.start].lstrip())
    after = _safe(text[candidate.end : high].rstrip())
    most = room - min(_width(after), room // 2)
    before = _last(before, most)
    return _fitted(f"{before}{number}{_fitted(after, room - _width(before))}", width)


def _last(text: str, width: int) -> str:
    """The end of a text that fits, `…` before it if it was cut."""
    if _width(text) <= width:
        return text
    kept, used = "", 1
    for char in reversed(text):
        used += max(wcwidth(char), 0)
        if used > width:
            break
        kept = char + kept
    return f"…{kept}" if width > 0 else ""


def _fitted(text: str, width: int) -> str:
    """The beginning of a text that fits, `…` after it if it was cut."""
    if _width(text) <= width:
        return text
    kept, used = "", 1
    for char in text:
        used += max(wcwidth(char), 0)
        if used > width:
            break
        kept += char
    return f"{kept}…" if width > 0 else ""


def _padded(text: str, width: int) -> str:
    cut = _fitted(text, width)
    return cut + " " * (width - _width(cut))


def _width(text: str) -> int:
    width = wcswidth(text)
    return width if width >= 0 else len(text)


def _safe(text: str) -> str:
    """Without what would move the cursor, colour the terminal or turn the line around."""
    spaced = " ".join(text.split())
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in spaced)


def decisions(row: Row, language: str) -> str:
    """What a person must decide about a row, in words."""
    return "；".join(decision(key, language) for key in row.to_decide)
