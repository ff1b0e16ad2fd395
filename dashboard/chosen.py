"""What of a set one view holds: the set narrowed to the filters of a page's address, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from dashboard import grid, wording
from dashboard.address import STANDARD, Address
from dashboard.filters import Filters, filters_of
from dashboard.pages import choice, trends
from dashboard.pages.desk import Desk
from dashboard.pages.practices import wanted as wanted_of
from dashboard.pages.question import RESIDENTS, ask
from dashboard.practices import Practices, Wanted
from dashboard.store import Dataset

POINTED_AT = frozenset({"compare", "indicator"})
"""Pages where an office of the address is pointed at, and none is left out for it."""
DEFAULTS: Mapping[str, Callable[[Dataset], str]] = {
    "compare": choice.fullest,
    "trends": trends.default,
}
"""Pages about one indicator, whatever the address says, and which then."""
PAGES = ("overview", "compare", "trends", "office", "indicator", "practices", "evidence")
"""Pages whose view can be taken along as a workbook."""

LONGEST_NAME = 120
MOST_WHOLE = 5_000
"""Observations up to which a workbook has every sheet; beyond, one table of them."""
MOST_LONG = 1_048_572
"""Observations that a sheet of a spreadsheet program holds, under four rows of title and heads."""
NOTHING = ("",)
"""Identifiers that no row has."""


def filters(dataset: Dataset, view: Address) -> Filters:
    """The observations of a view, but for those that only a comparison leaves out."""
    found = filters_of(view)
    if view.page == "practices":
        return Filters(rows=NOTHING)
    if view.page in POINTED_AT:
        found = replace(found, offices=())
    if view.beside:
        found = replace(found, indicators=(view.indicator, *view.beside))
    if view.page == "evidence" and view.q:
        found = dataset.looking_for(view.q.split(), found)
    return found


def settled(dataset: Dataset, view: Address) -> Address:
    """The view with the indicator that its page shows where the address names none."""
    if view.indicator or view.page not in DEFAULTS:
        return view
    return replace(view, indicator=DEFAULTS[view.page](dataset))


_USED = "SELECT DISTINCT document FROM by_indicator"


def narrowed(dataset: Dataset, view: Address) -> Dataset:
    """The set with the rows, indicators and practices of a view, and nothing else."""
    chosen = filters(dataset, view)
    if view.like and view.page == "compare":
        chosen = replace(chosen, rows=_alike(dataset, view) or NOTHING)
    if is_divided(view):
        chosen = _with_residents(dataset, view, chosen)
    held = replace(dataset, cabinet=dataset.cabinet.only(chosen))
    used = frozenset((*held.facts.usage, *chosen.indicators))
    spoken = held.documents.fetch(dataset.left_out)
    part = replace(
        held,
        indicators={code: i for code, i in dataset.indicators.items() if code in used},
        left_out={code: n for code, n in dataset.left_out.items() if code in spoken},
        tables={**dataset.tables, "documents": held.documents.rows},
        practices=_practices(dataset, view),
    )
    part.documents.fetch(code for (code,) in part.cabinet.ask(_USED))
    return part


def size(dataset: Dataset, view: Address) -> int:
    """How many observations a view holds, or a few more where only a comparison tells."""
    return dataset.cabinet.count(filters(dataset, settled(dataset, view)))


def has_matrix(view: Address) -> bool:
    """Whether silence can be told: not where a filter holds back some numbers of a cell."""
    if view.page == "practices" or is_divided(view):
        return False
    within = (view.variant, view.like, view.q, *(getattr(view, code) for code in grid.CODES))
    return not any(within)


def is_divided(view: Address) -> bool:
    """Whether a view shows its numbers per so many residents: only Compare does."""
    return bool(view.per) and view.page == "compare"


def spoken(desk: Desk, view: Address) -> Iterator[tuple[str, str]]:
    """A view in words: what is chosen, by name and value."""
    t = desk.t
    yield t("workbook.view.page"), t(f"nav.{view.page}")
    for code in (view.indicator, *view.beside):
        if code:
            yield t("indicator"), desk.indicator(code)
    for area in view.offices:
        yield _office_word(desk, view), str(desk.office(area)["name"])
    yield from _plain_words(desk, view)


def name(view: Address) -> str:
    """A file name that says what is in it, of codes alone."""
    places = (*view.offices, view.within, str(view.year or ""))
    codes = (view.indicator, *view.beside, *places, view.variant)
    rest = (view.family, view.preset if view.preset != STANDARD else "", view.asof)
    parts = [part for part in (*codes, *rest) if part]
    return "-".join(("livelihood", view.page, *parts))[:LONGEST_NAME] + f"-{view.locale}.xlsx"


def _office_word(desk: Desk, view: Address) -> str:
    return desk.t("workbook.view.pointed" if view.page in POINTED_AT else "office")


def _plain_words(desk: Desk, view: Address) -> Iterator[tuple[str, str]]:
    t, dataset = desk.t, desk.dataset
    if view.within:
        yield t("within"), desk.place(view.within)
    if view.year:
        yield t("year"), str(view.year)
    if view.variant and (found := dataset.variants.get((view.indicator, view.variant))):
        yield t("variant"), desk.name(found)
    if view.family:
        families = {code: f.name for code, f in dataset.practices.families.items()}
        known = families if view.page == "practices" else dataset.families
        yield t("family"), desk.name(known[view.family])
    if view.kind and view.page == "practices":
        yield t("practices.kind"), t(f"practices.kind.{view.kind}")
    if view.q:
        yield t("evidence.q"), view.q
    if view.like:
        yield t("workbook.view.like"), t("workbook.yes")
    if is_divided(view):
        yield t("compare.per"), t("workbook.yes")
    if view.sign and view.page == "trends":
        yield t("workbook.view.sign"), trends.direction(desk, view.sign)
    for code in grid.CODES:
        if value := getattr(view, code):
            yield t(f"workbook.view.{code}"), value if code == "rule" else desk.named(code, value)
    if view.asof:
        yield t("workbook.view.asof"), wording.day(date.fromisoformat(view.asof), desk.locale)


def _alike(dataset: Dataset, view: Address) -> tuple[str, ...]:
    """Identifiers of the rows that compare with the baseline."""
    desk = Desk(view, dataset, {}, {})
    return tuple(
        row for code in (view.indicator, *view.beside) for row in ask(desk, code).rows.ids()
    )


def _with_residents(dataset: Dataset, view: Address, chosen: Filters) -> Filters:
    """The rows chosen, and the counts of residents that they are divided by."""
    desk = Desk(view, dataset, {}, {})
    made = (r for code in (view.indicator, *view.beside) for r in ask(desk, code).rates.values())
    rows = dict.fromkeys(o.id for o in dataset.stream(chosen))
    rows |= dict.fromkeys(rate.residents.id for rate in made)
    return Filters(indicators=(*chosen.indicators, RESIDENTS), rows=tuple(rows) or NOTHING)


def _practices(dataset: Dataset, view: Address) -> Practices:
    kept = dataset.practices
    if view.page == "practices":
        wanted = wanted_of(Desk(view, dataset, {}, {}))
        return Practices(kept.find(wanted), kept.families)
    return Practices(
        kept.find(Wanted(offices=view.offices)) if view.page == "office" else (), kept.families
    )
