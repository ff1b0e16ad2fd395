"""The tables that are given out: their columns, how a cell is written in JSON, and their rows.

Types come from the set's datapackage.json. A cell of type string is the same text in every form;
a number is decimal text, so that nothing is rounded on the way; a missing number, day or truth
is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from dashboard.api.parameters import PARAMETERS, Asked, Parameter
from dashboard.compare import Observation
from dashboard.dataset import Dataset
from dashboard.filters import Filters
from dashboard.practices import Practice, Wanted
from dashboard.revisions import Change
from dashboard.revisions import of_set as changes_of_set
from dashboard.store import Store
from dashboard.twin import OBSERVED

__all__ = ["TABLES", "Column", "Table", "filters", "in_json"]

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type as in Table Schema, and what it means in both languages."""

    name: str
    type: str = "string"
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the interface.

    `rows` gives those that meet a question, from and to a place (`None`: to the end), and how
    many there are in all.
    """

    name: str
    key: str
    zh: str
    en: str
    parameters: tuple[Parameter, ...]
    columns: Callable[[Dataset], tuple[Column, ...]]
    rows: Callable[[Store, Dataset, Asked, int, int | None], tuple[int, Iterator[Row]]]
    is_dated: bool = True
    """Whether a question may ask for the set of an earlier day."""


def in_json(cell: object, kind: str) -> object:
    """A cell as JSON: numbers as decimal text, days as ISO text, missing ones as null."""
    if kind == "string":
        return " ".join(map(str, cell)) if isinstance(cell, tuple) else str(cell or "")
    if cell is None or cell == "":
        return None
    if kind == "boolean":
        return cell in {True, "true", "1"}
    if kind == "integer":
        return int(str(cell))
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def filters(dataset: Dataset, asked: Asked) -> Filters:
    """The observations that a question asks for."""
    wanted = Filters(
        indicators=asked.all("indicator"),
        offices=asked.all("office"),
        years=tuple(map(int, asked.all("year"))),
        periods=asked.all("period"),
        since=asked.day("period_start"),
        until=asked.day("period_end"),
        within=asked.one("within"),
        variant=asked.one("variant"),
        family=asked.one("family"),
        status=asked.one("status"),
        obs_status=asked.one("obs_status"),
        window=asked.one("window"),
        rule=asked.one("rule"),
        flag=asked.one("flag"),
    )
    return dataset.looking_for(asked.one("q").split(), wanted)


def _observations(
    _store: Store, dataset: Dataset, asked: Asked, first: int, size: int | None
) -> tuple[int, Iterator[Row]]:
    wanted = filters(dataset, asked)
    if size is None:
        return 0, map(_as_row, dataset.stream(wanted))
    total, found = dataset.search((), wanted, size, first)
    return total, map(_as_row, found)


def _as_row(o: Observation) -> Row:
    return {name: getattr(o, name) for name in OBSERVED}


def _registry(name: str, *tests: Callable[[Row, Dataset, Asked], bool]) -> Any:
    def rows(
        _store: Store, dataset: Dataset, asked: Asked, first: int, size: int | None
    ) -> tuple[int, Iterator[Row]]:
        found = [r for r in dataset.tables[name] if all(t(r, dataset, asked) for t in tests)]
        return len(found), _cut(found, first, size)

    return rows


def _code(column: str, parameter: str) -> Callable[[Row, Dataset, Asked], bool]:
    def test(row: Row, _dataset: Dataset, asked: Asked) -> bool:
        given = asked.all(parameter)
        return not given or row[column] in given

    return test


def _within(row: Row, _dataset: Dataset, asked: Asked) -> bool:
    return str(row["ref_area"]).startswith(asked.one("within"))


def _documents(
    _store: Store, dataset: Dataset, asked: Asked, first: int, size: int | None
) -> tuple[int, Iterator[Row]]:
    found = dataset.documents.find(asked.all("office"), asked.one("q").lower().split())
    return len(found), found.cut(first, size)


def _words(row: Row, _dataset: Dataset, asked: Asked) -> bool:
    words = asked.one("q").lower().split()
    return not words or all(word in "\n".join(map(str, row.values())).lower() for word in words)


def _practices(
    _store: Store, dataset: Dataset, asked: Asked, first: int, size: int | None
) -> tuple[int, Iterator[Row]]:
    wanted = Wanted(
        family=asked.one("practice_family"),
        kind=asked.one("kind"),
        offices=asked.all("office"),
        words=tuple(asked.one("q").lower().split()),
    )
    found = dataset.practices.find(wanted)
    return len(found), map(_as_practice, _cut(found, first, size))


def _as_practice(p: Practice) -> Row:
    cells = {name: getattr(p, name) for name in Practice.__dataclass_fields__ if name != "written"}
    return {**cells, "name": p.written}


def _changes(
    store: Store, dataset: Dataset, asked: Asked, first: int, size: int | None
) -> tuple[int, Iterator[Row]]:
    folder = store.folder(asked.one("snapshot") or dataset.snapshot_id)

    def found() -> Iterator[Change]:
        return (c for c in changes_of_set(folder) if _is_asked(c, asked))

    total = 0 if size is None else sum(1 for _ in found())
    return total, map(_as_change, _cut(found(), first, size))


def _as_change(change: Change) -> Row:
    return {name: getattr(change, name) for name in Change.__dataclass_fields__}


def _is_asked(change: Change, asked: Asked) -> bool:
    pairs = (("change", change.kind), ("office", change.ref_area), ("indicator", change.indicator))
    return all(not asked.all(name) or code in asked.all(name) for name, code in pairs)


COUNTS = ("added", "revised", "withdrawn", "quarantined", "released")


def _snapshots(
    store: Store, _dataset: Dataset, _asked: Asked, first: int, size: int | None
) -> tuple[int, Iterator[Row]]:
    events = store.events()
    rows = [
        {
            "id": e.id,
            "published_at": e.published_at.isoformat(timespec="seconds"),
            "kind": e.kind,
            "predecessor": e.predecessor or "",
            "rows": e.rows,
            "is_kept": store.folder(e.id).is_dir(),
            **{name: e.counts.get(name) for name in COUNTS},
        }
        for e in events
    ]
    return len(rows), _cut(rows, first, size)


def _cut(found: Iterable[Any], first: int, size: int | None) -> Iterator[Any]:
    return islice(iter(found), first, None if size is None else first + size)


def _described(name: str) -> Callable[[Dataset], tuple[Column, ...]]:
    """Columns as the set's own datapackage.json describes them."""

    def columns(dataset: Dataset) -> tuple[Column, ...]:
        entries = [e for e in dataset.package["resources"] if e["name"] == name]
        return tuple(
            Column(
                f["name"],
                f["type"],
                f.get("livelihood:description_zh", ""),
                f.get("description", ""),
            )
            for entry in entries
            for f in entry["schema"]["fields"]
        )

    return columns


def _always(*columns: Column) -> Callable[[Dataset], tuple[Column, ...]]:
    return lambda _dataset: columns


_CHANGE = _always(*(Column(name) for name in Change.__dataclass_fields__))
_SNAPSHOT = _always(
    Column("id", zh="版本编号", en="Id of the snapshot"),
    Column("published_at", zh="何时公布", en="When it was shown"),
    Column("kind", zh="公布或退回", en="published or rolled_back"),
    Column("predecessor", zh="上一版", en="The snapshot before"),
    Column("rows", "integer", "观测条数", "Observations"),
    Column("is_kept", "boolean", "是否还留着", "Whether it is still kept"),
    *(Column(name, "integer") for name in COUNTS),
)


def _of(*names: str) -> tuple[Parameter, ...]:
    return tuple(PARAMETERS[name] for name in names)


_OBSERVATIONS = _of(
    *("indicator", "office", "within", "year", "period", "period_start", "period_end"),
    *("variant", "family", "status", "obs_status", "window", "rule", "flag", "q", "preset"),
)
TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            *("observations", "id", "观测：每行一个数，含上下界和依据"),
            "Observations: a number a row, with its bounds and its evidence",
            *(_OBSERVATIONS, _described("observations"), _observations),
        ),
        Table(
            *(
                "offices",
                "ref_area",
                "单位：办事处、镇、园区、社区",
                "Offices, towns, zones",
            ),
            _of("office", "within", "q"),
            _described("offices"),
            _registry("offices", _code("ref_area", "office"), _within, _words),
        ),
        Table(
            *("indicators", "indicator", "指标", "Indicators"),
            _of("indicator", "family", "q"),
            _described("indicators"),
            _registry(
                "indicators", _code("indicator", "indicator"), _code("family", "family"), _words
            ),
        ),
        Table(
            *("documents", "document", "报道", "Source reports"),
            _of("office", "q"),
            _described("documents"),
            _documents,
        ),
        Table(
            *("practices", "id", "做法：报道里有名称的做法", "Named practices of the reports"),
            _of("office", "practice_family", "kind", "q"),
            *(_described("practices"), _practices),
        ),
        Table(
            *("changes", "id", "一版比上一版变了什么", "What a snapshot changed"),
            _of("snapshot", "change", "office", "indicator"),
            *(_CHANGE, _changes, False),
        ),
        Table(
            *("snapshots", "id", "公布过的版本，新的在前", "What was published, newest first"),
            *((), _SNAPSHOT, _snapshots, False),
        ),
    )
}
"""Every table of the interface by its name."""
