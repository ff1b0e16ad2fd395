"""Evidence: every observation with the words it stands in, filtered by the address."""

from __future__ import annotations

from dashboard.compare import Observation
from dashboard.filters import filters_of
from dashboard.pages.desk import Desk, Values, marked
from dashboard.view import Content

PAGE = 100


def content(desk: Desk) -> Content:
    """The page: filters, a page of rows, links to the next."""
    first = (desk.address.number - 1) * PAGE
    found, rows = matching(desk, first)
    total = max(1, -(-found // PAGE))
    number = min(desk.address.number, total)
    if number < desk.address.number:
        first = (number - 1) * PAGE
        found, rows = matching(desk, first)
    title = desk.t("evidence.title")
    values: Values = {
        "notices": desk.notices(),
        "head": {"title": title, "lede": desk.t("evidence.lede")},
        "choices": _choices(desk),
        "empty": None if rows else _empty(desk),
        "csv": desk.csv(offices=desk.address.offices, q=desk.address.q, family=desk.address.family),
        "rows": [_row(desk, o) for o in rows],
        "found": _found(desk, found, first, len(rows)),
        "pages": _pages(desk, number, total),
    }
    return Content(title, values)


def matching(desk: Desk, first: int) -> tuple[int, tuple[Observation, ...]]:
    """How many observations meet the filters, and a page of them from place `first` on.

    Every word of `q` must occur somewhere in the row or in the names of its codes.
    """
    asked = filters_of(desk.address)
    return desk.dataset.search(desk.address.q.split(), asked, PAGE, first)


def _row(desk: Desk, o: Observation) -> Values:
    before, mark, after = marked(o)
    indicator = desk.indicator(o.indicator)
    chips = [] if o.status == "result" else [desk.named("status", o.status)]
    chips.append(desk.named("obs_status", o.obs_status))
    return {
        **desk.brief(o),
        "indicator": indicator,
        "before": before,
        "mark": mark,
        "after": after,
        "chips": chips,
    }


def _choices(desk: Desk) -> Values:
    dataset = desk.dataset
    families = [{"value": "", "label": desk.t("any.family")}]
    families += [{"value": c, "label": desk.name(n)} for c, n in dataset.families.items()]
    return {
        "families": [{"label": "", "options": families}],
        "indicators": desk.indicator_choices((), desk.t("any.indicator")),
        "offices": desk.office_choices(dataset.facts.offices, desk.t("any.office")),
        "years": desk.year_choices(dataset.facts.years, desk.t("any.year")),
    }


def _found(desk: Desk, total: int, first: int, count: int) -> str:
    if count == total:
        return desk.t("evidence.found", n=total)
    return desk.t("evidence.found.of", n=total, a=first + 1, b=first + count)


def _pages(desk: Desk, number: int, total: int) -> Values | None:
    if total == 1:
        return None
    return {
        "previous": desk.address.href(number=number - 1) if number > 1 else "",
        "next": desk.address.href(number=number + 1) if number < total else "",
        "here": desk.t("evidence.page", number=number, total=total),
    }


def _empty(desk: Desk) -> Values:
    return {
        "title": desk.t("evidence.empty.title"),
        "text": desk.t("evidence.empty.text"),
        "href": desk.address.to("evidence"),
        "action": desk.t("reset"),
    }
