"""Evidence: every observation with the words it stands in, filtered by the address."""

from __future__ import annotations

from dashboard.address import Address
from dashboard.compare import Observation
from dashboard.pages.desk import Desk, Values, marked
from dashboard.store import Dataset
from dashboard.view import Content

PAGE = 100


def content(desk: Desk) -> Content:
    """The page: filters, a page of rows, links to the next."""
    found = matching(desk.dataset, desk.address)
    total = max(1, -(-len(found) // PAGE))
    number = min(desk.address.number, total)
    first = (number - 1) * PAGE
    rows = found[first : first + PAGE]
    title = desk.t("evidence.title")
    values: Values = {
        "notices": desk.notices(),
        "head": {"title": title, "lede": desk.t("evidence.lede")},
        "choices": _choices(desk),
        "empty": None if rows else _empty(desk),
        "csv": desk.csv(),
        "rows": [_row(desk, o) for o in rows],
        "found": _found(desk, len(found), first, len(rows)),
        "pages": _pages(desk, number, total),
    }
    return Content(title, values)


def matching(dataset: Dataset, address: Address) -> list[Observation]:
    """Observations that meet the filters; every word of `q` must occur somewhere in the row."""
    words = address.q.lower().split()
    pool = dataset.select(
        indicator=address.indicator,
        offices=address.offices,
        year=address.year,
        variant=address.variant,
    )
    return [
        o
        for o in pool
        if (not address.family or o.family == address.family)
        and (not words or _has(dataset, o, words))
    ]


def _has(dataset: Dataset, o: Observation, words: list[str]) -> bool:
    indicator, office = dataset.indicators[o.indicator], dataset.offices[o.ref_area]
    variant = dataset.variants.get((o.indicator, o.variant))
    text = "\n".join(
        (
            *(indicator.name.zh, indicator.name.en, indicator.code),
            *(office.name.zh, office.name.en, office.code, office.city.zh),
            *((variant.zh, variant.en) if variant else ()),
            *(o.context, o.as_written, o.scope_note, o.id),
        )
    ).lower()
    return all(word in text for word in words)


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
    areas = {o.ref_area for o in dataset.observations}
    return {
        "families": [{"label": "", "options": families}],
        "indicators": desk.indicator_choices((), desk.t("any.indicator")),
        "offices": desk.office_choices(
            (a for a in dataset.offices if a in areas), desk.t("any.office")
        ),
        "years": desk.year_choices(dataset.years, desk.t("any.year")),
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
        "href": desk.address.path(),
        "action": desk.t("reset"),
    }
