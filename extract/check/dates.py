"""Rules of time: what the words claim and what the dates say agree (docs/method.md §1)."""

import re
from collections.abc import Iterator
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
    for row in case.rows:
        if not row["period_start"] and row["window"] != "cumulative":
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
    for row in case.rows:
        if row["window"] == "stock" and row["period_start"] < row["period_end"]:
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
    for row in case.rows:
        document = case.documents.get(row["document"])
        if document is None or row["status"] not in {"result", "listed"}:
            continue
        limit = document["published_to"]
        if row["period_precision"] == "nominal" or _says_full_year(row["period_basis"]):
            limit = f"{limit[:4]}-12-31"
        if row["period_end"] > limit:
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
    for office, rows in _bounded(case, "valid_from"):
        first = office["valid_from"]
        held = [row["id"] for row in rows if row["period_end"] < first]
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
    for office, rows in _bounded(case, "valid_to"):
        last = office["valid_to"]
        held = [row["id"] for row in rows if row["period_start"] > last]
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
    for row in case.rows:
        document = case.documents.get(row["document"])
        if document is None:
            continue
        begun = day(row["period_start"] or row["period_end"])
        published = day(document["published_from"])
        if begun and published and begun < published - _LONGEST_BACK:
            yield found(
                row,
                "far-from-publication",
                en=(f"begins {begun}, decades before publication", "check the year"),
                zh=(f"期初 {begun} 距发布过远", "核对年份"),
            )


def full_year_claim(case: Case) -> Iterator[Problem]:
    """A stated whole year rests on words that say so; words that say so make a whole year."""
    for row in case.rows:
        first, last = day(row["period_start"]), day(row["period_end"])
        if row["window"] != "flow" or row["period_precision"] != "stated" or not first or not last:
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
    for row in case.rows:
        if row["window"] == "flow" and _OPEN_START.search(row["period_basis"]):
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


def _bounded(case: Case, column: str) -> Iterator[tuple[Record, list[Record]]]:
    """The units that have a date there, each with its own observations."""
    for office in case.sound("offices"):
        if office[column]:
            yield office, [row for row in case.rows if row["ref_area"] == office["ref_area"]]


def _says_full_year(basis: str) -> bool:
    if "全年" in basis:
        return True
    return bool(_FULL_YEAR.search(basis)) and not _OPEN_YEAR.search(basis)
