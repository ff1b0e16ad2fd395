"""The pages: each a function of its address. `view_of` answers any address, `drawer_of` one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dashboard import address
from dashboard.address import Address
from dashboard.edition import edition
from dashboard.pages import (
    changes,
    compare,
    data,
    evidence,
    indicator,
    method,
    office,
    overview,
    practices,
    status,
    trends,
)
from dashboard.pages.desk import Desk
from dashboard.pages.drawer import drawer
from dashboard.readiness import overdue
from dashboard.records import Locale
from dashboard.store import Store
from dashboard.view import Content, View, fill

__all__ = ["PAGES", "View", "drawer_of", "view_of"]

Query = Mapping[str, Sequence[str]]

PAGES: Mapping[str, Callable[[Desk], Content]] = {
    "overview": overview.content,
    "compare": compare.content,
    "trends": trends.content,
    "office": office.content,
    "indicator": indicator.content,
    "practices": practices.content,
    "evidence": evidence.content,
    "method": method.content,
    "data": data.content,
    "changes": changes.content,
    "status": status.content,
}


def view_of(store: Store, path: str, query: Query, sources: Mapping[str, str]) -> View:
    """The page for a path and a parsed query; an unknown path gives a view with status 404."""
    place = address.locate(path)
    if place is None:
        return _missing(store, path)
    desk = _desk(store, *place, query, sources)
    content = PAGES[desk.address.page](desk)
    values = {**content.values, "versions": desk.version_choices()}
    title = content.title
    if desk.address.page != "overview":
        title = f"{title} · {desk.t('brand')}"
    return View(
        address=desk.address,
        status=200,
        title=title,
        main=fill(f"{desk.address.page}.html", desk.address, values),
        drawer=drawer(desk, desk.address.row),
        figure=content.figure,
        twin=content.twin,
        assets=content.assets,
        refusal=desk.refusal,
        label=desk.name(desk.dataset.label),
        snapshot=desk.version,
    )


def drawer_of(store: Store, path: str, query: Query, sources: Mapping[str, str]) -> str:
    """HTML of the drawer for the row named in `query`; '' where there is none."""
    place = address.locate(path) or ("zh", "evidence")
    desk = _desk(store, *place, query, sources)
    return drawer(desk, desk.address.row)


def _desk(
    store: Store, locale: Locale, page: str, query: Query, sources: Mapping[str, str]
) -> Desk:
    shown = edition(store, query)
    read = address.read(locale, page, query, shown.dataset)
    if shown.refusal is not None:
        read = replace(read, asof="")
    told = store.status()
    late = overdue(told, datetime.now(UTC))
    return Desk(read, shown.dataset, told, sources, shown.refusal, late, store)


def _missing(store: Store, path: str) -> View:
    locale: Locale = "en" if path.startswith("/en") else "zh"
    nowhere = Address(locale, "overview")
    dataset = store.dataset()
    main = fill("missing.html", nowhere, {"given": path[: address.LONGEST]})
    label = dataset.label.in_(locale)
    title = "404"
    return View(nowhere, 404, title, main, label=label, snapshot=dataset.snapshot_id)
