"""Rules of time: what the words claim and what the dates say agree (docs/method.md §1)."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta

from extract.check.case import Case, Record, found
from extract.periods import day, is_whole_years
from extract.problem import Problem

__all__ = ["RULES"]

_LONGEST_BACK = timedelta(days=366 * 30)
"""How far before publication a period may begin: reports look back decades, not centuries."""

_FULL_YEAR = re.compile(r"全年|年度|[0-9０-９]{4}年|[〇零一二三四五六七八九]{4}年|去年|上年|一年")
_OPEN_YEAR = re.compile(r"今年以来|截至|截止|目前")
_OPEN_START = re.compile(r"近年来|近几年来|多年来|历年来|数年来")


def missing_start(case: Case) -> Iterator[Problem]:
    """Only a cumulative number may have no first day."""
    for row in case.where(("period_start", "window"), lambda a, w: not a and w != "cumulative"):
        yield found(
            row,
            "missing-start",
            en=("period_start is empty", "enter it, or use window cumulative"),
            zh=("period_start 没有填写", "补填，或将 window 改为 cumulative"),
        )


def period_order(case: Case) -> Iterator[Problem]:
    """A period does not end before it begins."""
    for table, first, last in (
        ("rows", "period_start", "period_end"),
        ("documents", "period_start", "period_end"),
        ("documents", "published_from", "published_to"),
        ("not_applicable", "from", "to"),
        ("offices", "valid_from", "valid_to"),
    ):
        for record in case.sound(table):
            if record[first] and record[last] and record[last] < record[first]:
                yield found(
                    record,
                    "period-order",
                    en=(
                        f"{last} {record[last]} is before {first} {record[first]}",
                        "correct the dates",
                    ),
                    zh=(f"{last} {record[last]} 早于 {first} {record[first]}", "更正日期"),
                )


def stock_date(case: Case) -> Iterator[Problem]:
    """A stock has one date."""
    for row in case.where(("window", "period_start", "period_end"), _is_long_stock):
        if row["window"] == "stock":
            yield found(
                row,
                "stock-date",
                en=(
                    f"a stock has one date, not {row['period_start']}–{row['period_end']}",
                    "make both the date, or use window flow",
                ),
                zh=(
                    f"时点数只有一个日期，本行为 {row['period_start']} 至 {row['period_end']}",
                    "两个日期填成一样，或将 window 改为 flow",
                ),
            )


def after_publication(case: Case) -> Iterator[Problem]:
    """A result does not end after publication (a nominal year, and one the words state, may)."""
    columns = ("document", "status", "period_precision", "period_basis", "period_end")

    def limit_of(document: str, precision: str, basis: str) -> str:
        limit: str = case.documents[document]["published_to"]
        is_year = precision == "nominal" or _says_full_year(basis)
        return f"{limit[:4]}-12-31" if is_year else limit

    def is_after(document: str, status: str, precision: str, basis: str, end: str) -> bool:
        is_result = document in case.documents and status in {"result", "listed"}
        return is_result and end > limit_of(document, precision, basis)

    for row in case.where(columns, is_after):
        limit = limit_of(row["document"], row["period_precision"], row["period_basis"])
        yield found(
            row,
            "after-publication",
            en=(
                f"ends {row['period_end']}, the document was out by {limit}",
                "correct period_end; 今年以来 ends at publication",
            ),
            zh=(
                f"期末 {row['period_end']} 晚于文件发布（{limit}）",
                "更正 period_end；“今年以来”止于发布之日",
            ),
        )


def period_after_publication(case: Case) -> Iterator[Problem]:
    """A document does not cover days after it was out (its nominal year, published in, it may)."""
    for record in case.sound("documents"):
        year = record["published_to"][:4]
        is_nominal = (record["period_start"], record["period_end"]) == _year(year)
        if record["period_end"] > record["published_to"] and not is_nominal:
            yield found(
                record,
                "period-after-publication",
                en=(
                    f"covers days to {record['period_end']}, was out by {record['published_to']}",
                    "correct period_end; 今年以来 ends at publication",
                ),
                zh=(
                    f"涵盖到 {record['period_end']}，文件却在 {record['published_to']} 前已发布",
                    "更正 period_end；“今年以来”止于发布之日",
                ),
            )


def before_valid_from(case: Case) -> Iterator[Problem]:
    """A unit is there by the end of every period it has a number for."""
    outside = _outside(case, "valid_from", "period_end", lambda end, first: end < first)
    for office, held in outside:
        first = office["valid_from"]
        if held:
            yield found(
                office,
                "before-valid-from",
                en=(
                    f"is there from {first}, yet {', '.join(held)} ends before",
                    "correct valid_from, or give the rows to its predecessor",
                ),
                zh=(
                    f"{first} 起才有，{'、'.join(held)} 的期末却更早",
                    "更正 valid_from，或将这些行归于前身",
                ),
            )


def after_valid_to(case: Case) -> Iterator[Problem]:
    """A unit is still there when a period it has a number for begins."""
    outside = _outside(case, "valid_to", "period_start", lambda start, last: start > last)
    for office, held in outside:
        last = office["valid_to"]
        if held:
            yield found(
                office,
                "after-valid-to",
                en=(
                    f"is there until {last}, yet {', '.join(held)} begins after",
                    "correct valid_to, or give the rows to its successor",
                ),
                zh=(
                    f"{last} 后已不存在，{'、'.join(held)} 的期初却更晚",
                    "更正 valid_to，或将这些行归于后继单位",
                ),
            )


def far_from_publication(case: Case) -> Iterator[Problem]:
    """A period lies within a sane distance of publication."""

    def is_far(name: str, start: str, end: str) -> bool:
        document = case.documents.get(name)
        begun, published = day(start or end), day(document["published_from"]) if document else None
        return bool(begun and published and begun < published - _LONGEST_BACK)

    for row in case.where(("document", "period_start", "period_end"), is_far):
        begun = day(row["period_start"] or row["period_end"])
        yield found(
            row,
            "far-from-publication",
            en=(f"begins {begun}, decades before publication", "check the year"),
            zh=(f"期初 {begun} 距发布过远", "核对年份"),
        )


def full_year_claim(case: Case) -> Iterator[Problem]:
    """A stated whole year rests on words that say so; words that say so make a whole year."""
    columns = ("window", "period_precision", "period_start", "period_end", "period_basis")
    for row in case.where(columns, _is_doubtful_year):
        first, last = day(row["period_start"]), day(row["period_end"])
        if first is None or last is None:
            continue
        if is_whole_years(first, last) and not _says_full_year(row["period_basis"]):
            yield found(
                row,
                "full-year-claim",
                en=(
                    f"'{row['period_basis']}' does not state a whole year",
                    "shorten the period, or set period_precision to nominal or inferred",
                ),
                zh=(
                    f"“{row['period_basis']}”没有写明全年",
                    "缩短期间，或将 period_precision 改为 nominal 或 inferred",
                ),
            )
        elif "全年" in row["period_basis"] and not is_whole_years(first, last):
            yield found(
                row,
                "full-year-claim",
                en=(
                    f"'{row['period_basis']}' states a whole year, the dates do not",
                    "enter 1 January to 31 December",
                ),
                zh=(f"“{row['period_basis']}”说的是全年，日期却不是", "填 1月1日至12月31日"),
            )


def open_start(case: Case) -> Iterator[Problem]:
    """A number counted 近年来 is cumulative, not the flow of a period."""
    for row in case.where(("window", "period_basis"), _is_open_flow):
        yield found(
            row,
            "open-start",
            en=(
                f"'{row['period_basis']}' does not say when counting began",
                "use window cumulative",
            ),
            zh=(f"“{row['period_basis']}”没有说从何时算起", "将 window 改为 cumulative"),
        )


RULES = (
    missing_start,
    period_order,
    stock_date,
    after_publication,
    period_after_publication,
    before_valid_from,
    after_valid_to,
    far_from_publication,
    full_year_claim,
    open_start,
)


def _year(year: str) -> tuple[str, str]:
    return f"{year}-01-01", f"{year}-12-31"


def _outside(
    case: Case, limit: str, column: str, is_out: Callable[[str, str], bool]
) -> Iterator[tuple[Record, list[str]]]:
    """The units that have a date there, each with its observations outside of it."""
    offices = [office for office in case.sound("offices") if office[limit]]
    limits: dict[str, list[str]] = defaultdict(list)
    for office in offices:
        limits[office["ref_area"]].append(office[limit])
    own: dict[str, list[Record]] = defaultdict(list)
    for row in case.where(
        ("ref_area", column), lambda unit, at: any(is_out(at, each) for each in limits[unit])
    ):
        own[row["ref_area"]].append(row)
    for office in offices:
        rows = own[office["ref_area"]]
        yield office, [row["id"] for row in rows if is_out(row[column], office[limit])]


def _is_long_stock(window: str, start: str, end: str) -> bool:
    return window == "stock" and start < end


def _is_open_flow(window: str, basis: str) -> bool:
    return window == "flow" and _OPEN_START.search(basis) is not None


def _is_doubtful_year(window: str, precision: str, start: str, end: str, basis: str) -> bool:
    first, last = day(start), day(end)
    if window != "flow" or precision != "stated" or not first or not last:
        return False
    return _says_full_year(basis) != is_whole_years(first, last)


def _says_full_year(basis: str) -> bool:
    if "全年" in basis:
        return True
    return bool(_FULL_YEAR.search(basis)) and not _OPEN_YEAR.search(basis)
