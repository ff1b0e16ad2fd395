"""What an export is of: a set, a view of it or everything, a language. Equal content, equal key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from dashboard import chosen, grid
from dashboard.address import Address, query_of, read
from dashboard.records import Locale
from dashboard.settings import CHECKOUT
from dashboard.store import Dataset, Store

__all__ = ["Ticket", "ticket", "view_of"]

FORM = "1"
"""Changes when a ticket says something else by the same words."""
ASIDE = frozenset({"folder", "published", "rows", "source"})
"""What a workbook does not tell of."""
WHOLE = "livelihood-compared-{locale}.xlsx"


@dataclass(frozen=True, slots=True)
class Ticket:
    """All that another process needs to make the same workbook. `page` is '' for everything."""

    locale: Locale
    page: str
    query: str
    preset: str
    snapshot: str
    folder: str
    published: str
    stamp: str
    """Changes with what was published, the files of a set that never was, and our own program."""
    rows: int
    is_whole: bool
    """Whether it has every sheet, not one long table."""
    name: str
    source: str
    """The address that asks for it."""

    @property
    def key(self) -> str:
        """32 hexadecimal digits that stand for the content, for ever."""
        told = {k: v for k, v in asdict(self).items() if k not in ASIDE}
        text = json.dumps([FORM, told], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def as_json(self) -> dict[str, Any]:
        """For the file that says what was asked."""
        return asdict(self)


def ticket(
    store: Store, dataset: Dataset, locale: Locale, view: Address | None, source: str
) -> Ticket:
    """The ticket for a set, or for a view of it; `source` is the address asked."""
    files = "" if dataset.is_published else _files(dataset.folder)
    shown = None if view is None else _bare(dataset, view)
    rows = chosen.size(dataset, shown) if shown else dataset.facts.total
    return Ticket(
        locale=locale,
        page=shown.page if shown else "",
        query=shown.query() if shown else "",
        preset=dataset.preset,
        snapshot=dataset.snapshot_id,
        folder=str(dataset.folder.absolute()),
        published=str(store.published.absolute()),
        stamp=f"{_program()}-{len(store.events())}{files}",
        rows=rows,
        is_whole=rows <= chosen.MOST_WHOLE,
        name=chosen.name(shown) if shown else WHOLE.format(locale=locale),
        source=source,
    )


def view_of(asked: Ticket, dataset: Dataset) -> Address | None:
    """The view of a ticket; None for everything."""
    if not asked.page:
        return None
    return read(asked.locale, asked.page, query_of(asked.query), dataset)


def _bare(dataset: Dataset, view: Address) -> Address:
    """The view without what a workbook does not depend on."""
    plain = Address(view.locale, view.page)
    kept = {name: getattr(plain, name) for name in ("sort", "size", "number", "embed", "sign")}
    bare = replace(view, per="", row="", unread=(), hidden=grid.HIDDEN, **kept)
    return chosen.settled(dataset, bare)


@cache
def _program() -> str:
    """A new version of the program may write other workbooks."""
    newest = max(path.stat().st_mtime_ns for path in (CHECKOUT / "dashboard").rglob("*.*"))
    return f"{newest:x}"


def _files(folder: Path) -> str:
    """Changes when a file of an unpublished set is written."""
    names = ("observations.csv", "documents.csv", "indicators.csv", "offices.csv")
    try:
        stats = [(folder / name).stat() for name in names]
    except OSError:
        return "-"
    return "-" + "-".join(f"{s.st_mtime_ns:x}.{s.st_size:x}" for s in stats)
