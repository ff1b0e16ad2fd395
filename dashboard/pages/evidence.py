"""Evidence: every observation with the words it stands in, sorted and filtered by the address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from dashboard import grid, wording
from dashboard.address import NONE, STANDARD
from dashboard.compare import Observation
from dashboard.filters import Filters, filters_of
from dashboard.pages.citation import source
from dashboard.pages.desk import Desk, Values, marked
from dashboard.seek import Order
from dashboard.store import Dataset
from dashboard.twin import OBSERVED, Twin, observed
from dashboard.view import Content
from extract.quantity import RULES

ASSETS = ("grid.css", "grid.js")
NO_FILTER = {"offices": (), "year": None} | dict.fromkeys(
    ("q", "family", "indicator", "within", "variant", *grid.CODES), ""
)
"""The changes of an address that take every filter away."""


@dataclass(frozen=True, slots=True)
class Rows:
    """All that a page's filters let through, in its order: read when they are written out."""

    filters: Filters
    order: Order
    dataset: Dataset = field(compare=False)

    def __iter__(self) -> Iterator[tuple[object, ...]]:
        every = range(self.dataset.facts.total)
        return map(observed, self.dataset.sorted(self.filters, self.order, every))


@dataclass(frozen=True, slots=True)
class Cut:
    """A page of what was found: `total` rows in all, these from place `first` on.

    `place` is that of the row the address names, None where the filters hold it back.
    """

    total: int
    first: int
    rows: tuple[Observation, ...]
    place: int | None


def content(desk: Desk) -> Content:
    """The page: filters, a page of rows in the order asked for, the reports they come from."""
    filters = desk.dataset.looking_for(desk.address.q.split(), filters_of(desk.address))
    order = grid.order(desk.address.sort)
    cut = _cut(desk, filters, order)
    title = desk.t("evidence.title")
    values: Values = {
        "notices": [*desk.notices(), *_notices(desk, cut)],
        "head": {"title": title, "lede": desk.t("evidence.lede")},
        "choices": _choices(desk),
        "is_more": any(getattr(desk.address, name) for name in grid.CODES),
        "active": _active(desk),
        "empty": None if cut.rows else _empty(desk),
        "csv": desk.twin(),
        "workbook": desk.workbook(),
        "columns": [_column(desk, column) for column in grid.COLUMNS],
        "hide": " ".join(desk.address.hidden) or NONE,
        "hide_usual": " ".join(grid.HIDDEN),
        "rows": [_row(desk, o) for o in desk.dataset.documents.ahead(cut.rows)],
        "first": cut.first,
        "total": cut.total,
        "sources": _sources(desk, cut.rows),
        "found": _found(desk, cut),
        "pages": _pages(desk, cut),
    }
    twin = Twin(OBSERVED, Rows(filters, order, desk.dataset))
    return Content(title, values, twin=twin, assets=ASSETS)


def _cut(desk: Desk, filters: Filters, order: Order) -> Cut:
    """The page asked for, or that of the row named; beyond the last page stands the last."""
    total, size, row = desk.dataset.cabinet.count(filters), desk.address.size, desk.address.row
    place = desk.dataset.place(row, filters, order) if row else None
    number = desk.address.number if place is None else place // size + 1
    first = (min(number, max(1, -(-total // size))) - 1) * size
    rows = tuple(desk.dataset.sorted(filters, order, range(first, first + size), total))
    return Cut(total, first, rows, place)


def _notices(desk: Desk, cut: Cut) -> list[Values]:
    """What of the question the page does not answer as asked."""
    notices = []
    if cut.place is None and desk.dataset.having([desk.address.row]):
        href = desk.address.href(row=desk.address.row, number=1, **NO_FILTER)
        action = desk.t("evidence.outside.action")
        notices.append({"title": desk.t("evidence.outside"), "text": "", "href": href})
        notices[-1] |= {"text": desk.t("evidence.outside.text"), "action": action}
    by_bound = desk.address.sort.removeprefix("-") in {"as_written", "lower", "upper"}
    if by_bound and desk.address.preset != STANDARD:
        title = desk.t("evidence.sorted_by_standard")
        notices.append({"title": title, "text": "", "href": "", "action": ""})
    return notices


def _column(desk: Desk, column: grid.Column) -> Values:
    """A column's head: its name, whether it is shown, and where a click on it leads."""
    now = desk.address.sort
    turn = {column.name: f"-{column.name}", f"-{column.name}": ""}.get(now, column.name)
    is_sorted = now.removeprefix("-") == column.name
    direction = ("descending" if now.startswith("-") else "ascending") if is_sorted else "none"
    return {
        "name": column.name,
        "label": desk.t(f"grid.{column.name}"),
        "is_number": column.is_number,
        "is_fixed": column.is_fixed,
        "is_shown": column.is_fixed or column.name not in desk.address.hidden,
        "sort": desk.address.href(sort=turn, number=1) if column.keys else "",
        "direction": direction if column.keys else "",
        "arrow": {"ascending": "↑", "descending": "↓"}.get(direction, ""),
    }


def _row(desk: Desk, o: Observation) -> Values:
    before, mark, after = marked(o)
    chips = [] if o.status == "result" else [desk.named("status", o.status)]
    chips.append(desk.named("obs_status", o.obs_status))
    if o.is_return:
        chips.append(desk.t("evidence.return"))
    interval = o.interval
    return {
        **desk.brief(o),
        "indicator": desk.indicator(o.indicator),
        "before": before,
        "mark": mark,
        "after": after,
        "chips": chips,
        "lower": wording.bound_cell(interval, desk.locale, upper=False),
        "upper": wording.bound_cell(interval, desk.locale, upper=True),
        "lower_plain": "" if interval.lower is None else f"{interval.lower:f}",
        "upper_plain": "" if interval.upper is None else f"{interval.upper:f}",
        "is_lower_soft": interval.lower is not None and interval.lower_kind == "soft",
        "is_upper_soft": interval.upper is not None and interval.upper_kind == "soft",
        "unit": desk.unit(o.unit),
        "window": desk.named("window", o.window),
        "rule": f"{o.rule} {o.qualifier}".strip(),
        "flags": [desk.t(f"flag.{flag}") for flag in o.flags],
        "document": o.document,
        "title": desk.dataset.documents[o.document].title,
    }


def _sources(desk: Desk, rows: tuple[Observation, ...]) -> list[tuple[str, str]]:
    """The reports of a page's rows: code and citation, in the order in which they come."""
    documents = desk.dataset.documents.fetch(o.document for o in rows)
    return [(code, source(desk, document)) for code, document in documents.items()]


def _choices(desk: Desk) -> Values:
    dataset, address = desk.dataset, desk.address
    families = [{"value": "", "label": desk.t("any.family")}]
    families += [{"value": c, "label": desk.name(n)} for c, n in dataset.families.items()]
    used = dataset.facts.codes
    return {
        "families": [{"label": "", "options": families}],
        "indicators": desk.indicator_choices((), desk.t("any.indicator")),
        "offices": desk.office_choices(dataset.facts.offices, desk.t("any.office")),
        "years": desk.year_choices(dataset.facts.years, desk.t("any.year")),
        "places": desk.place_choices(),
        "codes": [
            (name, desk.t(f"grid.{name}"), _code_choices(desk, name), getattr(address, name))
            for name in grid.CODES
            if len(used[name]) > 1 or getattr(address, name) or name in {"rule", "flag"}
        ],
        "sorts": _sorts(desk),
        "sizes": [
            {"label": "", "options": [_size(desk, size) for size in sorted(grid.SIZES)]},
        ],
    }


def _code_choices(desk: Desk, name: str) -> list[Values]:
    """Codes that the set uses, and the one asked for."""
    used = desk.dataset.facts.codes[name] | {getattr(desk.address, name)}
    options = [{"value": "", "label": desk.t("any.code")}]
    options += [{"value": c, "label": _code(desk, name, c)} for c in grid.CODES[name] if c in used]
    return [{"label": "", "options": options}]


def _code(desk: Desk, name: str, code: str) -> str:
    if name == "flag":
        return desk.t(f"flag.{code}")
    if name == "rule":
        words = next((rule.words_zh for rule in RULES if rule.id == code), ())
        return " ".join((code, "、".join(words[:3]))).strip()
    return desk.named(name, code)


def _sorts(desk: Desk) -> list[Values]:
    options = [{"value": "", "label": desk.t("evidence.sort.none")}]
    for name in grid.SORTED_BY:
        label = desk.t(f"grid.{name}")
        options.append({"value": name, "label": desk.t("evidence.sort.up", column=label)})
        options.append({"value": f"-{name}", "label": desk.t("evidence.sort.down", column=label)})
    return [{"label": "", "options": options}]


def _size(desk: Desk, size: int) -> Values:
    value = "" if size == grid.SIZES[0] else str(size)
    return {"value": value, "label": desk.t("evidence.size", n=size)}


def _active(desk: Desk) -> list[Values]:
    """Every filter that is set, in words, with the address without it."""
    address = desk.address
    names: list[tuple[str, str, dict[str, object]]] = []
    if address.q:
        names.append((desk.t("evidence.q"), address.q, {"q": ""}))
    if address.family:
        family = desk.name(desk.dataset.families[address.family])
        names.append((desk.t("family"), family, {"family": ""}))
    if address.indicator:
        indicator = desk.indicator(address.indicator)
        names.append((desk.t("indicator"), indicator, {"indicator": "", "beside": ()}))
    for area in address.offices:
        rest = tuple(other for other in address.offices if other != area)
        names.append((desk.t("office"), desk.office(area)["name"], {"offices": rest}))
    if address.within:
        names.append((desk.t("within"), desk.place(address.within), {"within": ""}))
    if address.year:
        names.append((desk.t("year"), str(address.year), {"year": None}))
    if address.variant:
        found = desk.dataset.variants.get((address.indicator, address.variant))
        variant = desk.name(found) if found else address.variant
        names.append((desk.t("variant"), variant, {"variant": ""}))
    names += [
        (desk.t(f"grid.{name}"), _code(desk, name, code), {name: ""})
        for name in grid.CODES
        if (code := getattr(address, name))
    ]
    return [
        {"name": name, "value": value, "href": replace(address, number=1).href(**without)}
        for name, value, without in names
    ]


def _found(desk: Desk, cut: Cut) -> str:
    count = len(cut.rows)
    if count == cut.total:
        return desk.t("evidence.found", n=cut.total)
    return desk.t("evidence.found.of", n=cut.total, a=cut.first + 1, b=cut.first + count)


def _pages(desk: Desk, cut: Cut) -> Values | None:
    number, total = cut.first // desk.address.size + 1, -(-cut.total // desk.address.size)
    if total <= 1:
        return None

    def there(page: int) -> str:
        return desk.address.href(number=page) if 1 <= page <= total and page != number else ""

    return {
        "first": there(1),
        "previous": there(number - 1),
        "next": there(number + 1),
        "last": there(total),
        "here": desk.t("evidence.page", number=number, total=total),
    }


def _empty(desk: Desk) -> Values:
    return {
        "title": desk.t("evidence.empty.title"),
        "text": desk.t("evidence.empty.text"),
        "href": desk.address.to("evidence"),
        "action": desk.t("reset"),
    }
