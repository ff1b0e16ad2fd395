"""The cover, which says how to read the workbook, and the contents, which lead to each sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from dashboard import wording
from dashboard.chosen import has_matrix
from dashboard.compare import State
from dashboard.pages import choice
from dashboard.pages.desk import Desk
from dashboard.wording.verdicts import SIGNS
from dashboard.workbook import marks
from dashboard.workbook.looks import (
    HEAD_NUMBER,
    LINK,
    MUTED,
    NUMBER,
    SAMPLE,
    SECTION,
    STRONG,
    ZERO,
)
from dashboard.workbook.sheet import Column, Entry, Sheet

Row = tuple[Entry, ...]

UNPUBLISHED = "data/tidy"


def cover_sheet(desk: Desk, name: str, told: Sequence[tuple[str, str]] = ()) -> Sheet:
    """What this is, from which data, and how to read a range, a verdict, a state and a flag.

    `told` is the view that the workbook holds, as names and values; () for everything.
    """
    t = desk.t
    parts = (
        ("about", _facts(desk, told)),
        ("reading", _numbers(desk)),
        ("verdicts", _verdicts(desk)),
        ("states", _states(desk)),
        ("flags", _flags(desk)),
    )
    rows = tuple(row for part, found in parts for row in (_section(desk, part), *found))
    return Sheet(
        name=name,
        title=t("workbook.title"),
        note=t("workbook.subtitle"),
        unit="",
        columns=(
            Column("topic", t("workbook.topic"), 18, 24),
            Column("sign", t("workbook.sample"), 24, 34),
            Column("meaning", t("data.meaning"), 60, 120),
        ),
        rows=rows,
        is_one_page=True,
        back=t("workbook.contents"),
        key="cover",
    )


def contents_sheet(desk: Desk, name: str, others: Sequence[Sheet]) -> Sheet:
    """Every other sheet with a link, what it holds, and how many rows."""
    t = desk.t
    return Sheet(
        name=name,
        title=t("workbook.contents"),
        note=t("workbook.contents.note"),
        unit="",
        columns=(
            Column("number", t("workbook.number"), 6, 8, look=HEAD_NUMBER),
            Column("group", t("family"), 10, 18),
            Column("sheet", t("workbook.sheet"), 20, 32),
            Column("about", t("workbook.holds"), 40, 72),
            Column("rows", t("workbook.rows"), 8, 10, look=HEAD_NUMBER),
            Column("chart", t("workbook.has_chart"), 8, 10),
        ),
        rows=tuple(
            (
                Entry(number, look=NUMBER),
                Entry(sheet.group, look=MUTED),
                Entry(sheet.name, look=LINK, link=sheet.name),
                Entry(sheet.about or sheet.title),
                Entry(len(sheet.rows), look=NUMBER),
                Entry(t("workbook.yes") if sheet.chart else ""),
            )
            for number, sheet in enumerate(others, 3)
        ),
        frozen=3,
        back=t("workbook.cover"),
        key="contents",
    )


def _section(desk: Desk, part: str) -> Row:
    """A heading among the rows."""
    return (
        Entry(desk.t(f"workbook.part.{part}"), look=SECTION),
        *(Entry("", look=SECTION) for _ in range(2)),
    )


def _facts(desk: Desk, told: Sequence[tuple[str, str]]) -> Iterator[Row]:
    t, dataset = desk.t, desk.dataset
    verified, last = dataset.facts.verified, dataset.facts.last_read
    read = wording.day(last, desk.locale) if last else "—"
    facts = (
        ("workbook.what", t("brand"), t("workbook.what.text")),
        ("overview.version", _version(desk), t("workbook.version.text")),
        ("workbook.read", read, t("workbook.read.text")),
        ("overview.period", _span(desk), t("workbook.period.text")),
        ("observations", str(dataset.facts.total), _counts(desk, verified)),
        ("preset", t(f"preset.{dataset.preset}"), t("workbook.preset.text")),
    )
    for key, sign, text in facts:
        yield Entry(t(key), look=STRONG), Entry(sign), Entry(text)
        if key == "workbook.what":
            yield _view(desk, told)


def _view(desk: Desk, told: Sequence[tuple[str, str]]) -> Row:
    """What of the set is here: everything, or a view with the address that shows it."""
    t = desk.t
    said = "\n".join(t("workbook.view.said", name=name, value=value) for name, value in told)
    text = t("workbook.view.everything")
    if told:
        text = t("workbook.view.text", address=desk.address.href())
        if not has_matrix(desk.address) and desk.address.page != "practices":
            text += t("between_sentences") + t("workbook.view.no_matrix")
    return (
        Entry(t("workbook.view"), look=STRONG),
        Entry(said or t("workbook.view.all")),
        Entry(text),
    )


def _version(desk: Desk) -> str:
    found = desk.dataset.snapshot_id
    return desk.t("status.from_tidy") if found == UNPUBLISHED else found


def _span(desk: Desk) -> str:
    span = desk.dataset.documents.span
    return " — ".join(wording.day(day, desk.locale) for day in span) if span else "—"


def _counts(desk: Desk, verified: int) -> str:
    dataset = desk.dataset
    return desk.t(
        "workbook.counts",
        documents=len(dataset.documents),
        offices=len(choice.covered(dataset)),
        indicators=len(dataset.facts.usage),
        verified=verified,
        unverified=dataset.facts.total - verified,
        left_out=sum(dataset.left_out.values()),
    )


def _numbers(desk: Desk) -> Iterator[Row]:
    """How to read a number and its range."""
    sample = Entry(Decimal(200), number_format='#,##0"余"', look=SAMPLE)
    for key, sign in (
        ("value", sample),
        ("range", Entry(desk.t("workbook.range.sample"))),
        ("ends", Entry(desk.t("workbook.ends.sample"))),
        ("ranks", Entry(desk.t("workbook.ranks.sample"))),
        ("charts", Entry(desk.t("workbook.charts.sample"))),
        ("changes", Entry(desk.t("workbook.changes.sample"))),
    ):
        yield _line(desk, key, sign)


def _verdicts(desk: Desk) -> Iterator[Row]:
    for nature, sign in SIGNS.items():
        yield _line(desk, f"verdict.{nature}", Entry(sign))


def _states(desk: Desk) -> Iterator[Row]:
    yield _line(desk, "state.number", Entry("200余人", look=marks.LOOKS[State.NUMBER]))
    yield _line(desk, "state.zero", Entry(0, look=ZERO))
    for state in (State.SILENT, State.NOT_APPLICABLE, State.NO_DOCUMENT):
        yield _line(desk, f"state.{state}", marks.cell(state))


def _flags(desk: Desk) -> Iterator[Row]:
    for sign in ("[u]", "[e]", "[b]", "[c]"):
        yield _line(desk, f"flag.{sign.strip('[]')}", Entry(sign))
    yield _line(desk, "terms", Entry(""), meaning=desk.t("data.terms.text"))


def _line(desk: Desk, key: str, sign: Entry, meaning: str = "") -> Row:
    """A topic, its sign, and what it means, from the phrases `workbook.<key>` and `….text`."""
    text = meaning or desk.t(f"workbook.{key}.text")
    return Entry(desk.t(f"workbook.{key}"), look=STRONG), sign, Entry(text)
