"""What one set says that another did not: added, revised, withdrawn, quarantined, released; why.

Written into every snapshot as changes.csv, beside snapshot.json, against its predecessor. Pure but
for reading the two sets; no time in it: history.jsonl says when.
"""

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from extract import cells, content, waiting
from extract.change import CHANGES, COLUMNS, KINDS, Change
from extract.content import Content
from extract.pairs import Pair, by_key, pairs
from extract.runs import Runs
from extract.span import span

__all__ = [
    "CHANGES",
    "COLUMNS",
    "KINDS",
    "Change",
    "compare_sets",
    "counts",
    "differences",
    "of",
    "record",
    "written",
]

OBSERVATIONS = "observations.csv"
REGISTRY = frozenset({"office", "office_en", "family"})
"""Columns of observations.csv that a registry fills: told once, as a change of the registry."""

COMPUTED = frozenset(
    {
        *("freq", "time_period", "year", "is_full_period", "lower", "upper", "lower_open"),
        *("upper_open", "lower_kind", "upper_kind", "qualifier", "unit_mult", "decimals"),
        *("obs_status", "rule", "ruleset", "comment_obs", "chosen"),
    }
)
_AMONG = frozenset({"chosen", "comment_obs"})
_ABOUT = ("document", "ref_area", "indicator")
_TOLD = frozenset({"id", *_ABOUT, "as_written", "value"})
"""Columns of a row that a change repeats."""

_PLACE = {kind: number for number, kind in enumerate(KINDS)}

Reason = tuple[str, str]
"""Why, in Chinese and in English."""


Given = Path | Mapping[str, Content] | None
"""A set: a snapshot's folder, or files yet to be published (name → content); None for no set."""


class _Set:
    """One set to compare."""

    def __init__(self, place: Given) -> None:
        self._place = place
        self.is_nothing = place is None
        with content.opened(self.file(waiting.QUARANTINE)) as file:
            self.waiting = waiting.read(file.read())

    def file(self, name: str) -> Content:
        """A file of the set; b'' where it has none."""
        if isinstance(self._place, Path):
            path = self._place / name
            return path if path.is_file() else b""
        return (self._place or {}).get(name, b"")

    @property
    def scratch(self) -> Path | None:
        """Where there is room beside the files to be published; None where any will do."""
        given = None if isinstance(self._place, Path) else self.file(OBSERVATIONS)
        return given.parent if isinstance(given, Path) else None

    def registries(self) -> dict[str, tuple[str, ...]]:
        """Table name → key, of all tables of the set but the observations."""
        try:
            with content.opened(self.file("datapackage.json")) as file:
                package = json.load(file)
        except ValueError:
            return {}
        found = {r["name"]: r["schema"].get("primaryKey", ()) for r in package.get("resources", ())}
        keys = {name: (key,) if isinstance(key, str) else tuple(key) for name, key in found.items()}
        return {name: key for name, key in keys.items() if key and name != "observations"}


@dataclass(frozen=True, slots=True)
class _Side:
    """Observations of one set, and of what waits there the rows they may have to do with."""

    rows: pd.DataFrame
    waiting: Mapping[str, Mapping[str, str]]


def compare_sets(
    before: Given,
    after: Given,
    *,
    released: Mapping[str, str] = MappingProxyType({}),
    sources: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Change, ...]:
    """Every change from `before` to `after` (a snapshot's folder, or name → content), in order.

    Without `before` (the first set) only what waits is told: all else is new. `released` maps a
    row to the reason a person gave for letting it through, `sources` to the source it came from.
    """
    return tuple(differences(before, after, released=released, sources=sources))


def differences(
    before: Given,
    after: Given,
    *,
    released: Mapping[str, str] = MappingProxyType({}),
    sources: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Change]:
    """The same one by one: there may be millions, and they are never held all at once."""
    old, new = _Set(before), _Set(after)
    why = _Why(old, new, released, sources)
    with Runs(new.scratch) as runs:
        kept = [runs.keep(sorted(run, key=_place)) for run in _runs(old, new, why)]
        yield from heapq.merge(*kept, key=_place)


def record(found: Iterable[Change], into: Path | None = None) -> tuple[Content, dict[str, int]]:
    """changes.csv of changes in order, and how many rows (and registry lines) there are a kind.

    Written into the folder `into` where there is one; a row revised in several fields counts once.
    """
    tally: Counter[str] = Counter()

    def told() -> Iterator[list[str]]:
        last = None
        for change in found:
            tally[change.kind] += (change.kind, change.id) != last
            last = change.kind, change.id
            yield [cells.formula_free(cell) for cell in astuple(change)]

    made: Content = into / CHANGES if into else b""
    if isinstance(made, Path):
        with made.open("wb") as file:
            cells.write(file, COLUMNS, told())
    else:
        made = cells.table(COLUMNS, told())
    return made, {kind: tally[kind] for kind in KINDS}


def written(changes: Iterable[Change]) -> bytes:
    """changes.csv; cells are shown, not run (see extract.cells)."""
    return cells.table(
        COLUMNS, ([cells.formula_free(cell) for cell in astuple(c)] for c in changes)
    )


def counts(changes: Iterable[Change]) -> dict[str, int]:
    """Rows (and registry lines) a kind; a row revised in several fields counts once."""
    found = Counter(kind for kind, _ in {(change.kind, change.id) for change in changes})
    return {kind: found[kind] for kind in KINDS}


def of(files: Mapping[str, Content]) -> dict[str, Any]:
    """What a set says of itself: observations, waiting, dropped, and the period of its results."""
    held = _Set(files)
    dropped = sum(row.get("is_dropped") == "true" for row in held.waiting.values())
    rows, first, last = span(held.file(OBSERVATIONS), held.scratch)
    return {
        "observations": rows,
        "waiting": len(held.waiting) - dropped,
        "dropped": dropped,
        "period": {"from": first, "to": last},
    }


def _place(change: Change) -> tuple[int, bool, str, str]:
    return _PLACE[change.kind], ":" in change.id, change.id, change.field


def _runs(old: _Set, new: _Set, why: "_Why") -> Iterator[Iterator[Change]]:
    """The changes of each stretch of rows, what waits with the first; those of each registry."""
    waiting_ = old.waiting, new.waiting
    for pair in _observed(old, new):
        was, now = _Side(pair.old, waiting_[0]), _Side(pair.new, waiting_[1])
        yield _of_rows(was, now, why)
        waiting_ = {}, {}
    if not old.is_nothing:
        yield from _registries(old, new)


def _observed(old: _Set, new: _Set) -> Iterator[Pair]:
    if old.is_nothing:
        nothing = by_key(b"", ("id",))
        return iter([Pair(nothing, nothing)])
    return pairs(
        old.file(OBSERVATIONS),
        new.file(OBSERVATIONS),
        ("id",),
        passed_over=REGISTRY,
        apart={*old.waiting, *new.waiting},
        scratch=new.scratch,
    )


def _of_rows(old: _Side, new: _Side, why: "_Why") -> Iterator[Change]:
    yield from _quarantined(old, new)
    yield from _released(old, new, why)
    yield from _added(old, new, why)
    yield from _withdrawn(old, new, why)
    yield from _revised(old, new, why)


class _Why:
    """Reasons for changes, from what the two sets say."""

    def __init__(
        self, old: _Set, new: _Set, released: Mapping[str, str], sources: Mapping[str, str]
    ) -> None:
        self._released, self._sources = released, sources
        self._old_documents, self._new_documents = _documents(old), _documents(new)
        self._books = {**_news(old, new, "readings"), **_news(old, new, "corrections")}

    def added(self, row: str, document: str) -> Reason:
        if document in self._new_documents - self._old_documents:
            return self._from(row, "新文件的数据", "of a document that is new")
        return self._from(row, "原始表格中新增", "new in the raw tables")

    def withdrawn(self, row: str, document: str) -> Reason:
        if document in self._old_documents - self._new_documents:
            return "所属文件已移出", "its document was taken out"
        return self._from(row, "已从原始表格删去", "taken out of the raw tables")

    def revised(self, row: str, fields: set[str]) -> Reason:
        if row in self._books:
            return self._books[row]
        if fields - COMPUTED:
            return self._from(row, "原始表格中已修改", "edited in the raw tables")
        if fields <= _AMONG:
            return "同一格的其他数据有变化", "another number for the same cell has changed"
        return "录入未变，登记表或规则有变", "not edited: a registry or a rule has changed"

    def released(self, row: str) -> Reason:
        if row in self._released:
            said = self._released[row]
            return f"由人放行：{said}", f"released by a person: {said}"
        return "改正后通过核对", "mended, and passes the checks"

    def _from(self, row: str, zh: str, en: str) -> Reason:
        source = self._sources.get(row)
        return (f"{zh}（来源 {source}）", f"{en} (source {source})") if source else (zh, en)


def _documents(held: _Set) -> frozenset[str]:
    lines = content.lines(held.file("documents.csv"))
    return frozenset(line["document"] for line in lines if "document" in line)


def _news(old: _Set, new: _Set, name: str) -> dict[str, Reason]:
    """Row → the reason that a new line of the readings or corrections gives."""
    known, table = (by_key(held.file(f"{name}.csv"), ("id",)) for held in (old, new))
    fresh = table[~table.index.isin(known.index)]
    reasons: dict[str, Reason] = {}
    for line in fresh.to_dict("records"):
        zh = line.get("reason_zh") or line.get("reason") or ""
        en = line.get("reason_en") or zh
        if name == "corrections":
            reasons[line["row"]] = f"登记了更正：{zh}", f"a correction was entered: {en}"
        else:
            reasons[line["row"]] = f"两次读取不同，重新定稿：{zh}", f"read anew and settled: {en}"
    return reasons


def _added(old: _Side, new: _Side, why: _Why) -> Iterator[Change]:
    fresh = new.rows[~new.rows.index.isin([*old.rows.index, *old.waiting])]
    for row in fresh.pipe(_records):
        yield _row("added", row, ("", _words(row)), why.added(row["id"], row.get("document", "")))


def _withdrawn(old: _Side, new: _Side, why: _Why) -> Iterator[Change]:
    gone = old.rows[~old.rows.index.isin([*new.rows.index, *new.waiting])]
    waited = [row for name, row in old.waiting.items() if name not in new.waiting]
    left = [row for row in waited if row["id"] not in new.rows.index]
    for row in (*gone.pipe(_records), *left):
        reason = why.withdrawn(row["id"], row.get("document", ""))
        yield _row("withdrawn", row, (_words(row), ""), reason)


def _quarantined(old: _Side, new: _Side) -> Iterator[Change]:
    """Rows that begin to wait, and rows that wait for another reason than before."""
    stood = _records_of(old.rows, new.waiting)
    for name, row in new.waiting.items():
        known = old.waiting.get(name)
        reason = row.get("reason_zh", ""), row.get("reason_en", "")
        if known is None:
            was = _words(stood.get(name, {}))
            yield _row("quarantined", row, (was, _words(row)), reason)
        elif (known.get("rule"), known["is_dropped"]) != (row.get("rule"), row["is_dropped"]):
            before, after = known.get("rule", ""), row.get("rule", "")
            yield _row("quarantined", row, (before, after), reason, "rule")


def _released(old: _Side, new: _Side, why: _Why) -> Iterator[Change]:
    for name, row in _records_of(new.rows, old.waiting).items():
        was = _words(old.waiting[name])
        yield _row("released", row, (was, _words(row)), why.released(name))


def _revised(old: _Side, new: _Side, why: _Why) -> Iterator[Change]:
    differing: dict[str, dict[str, tuple[str, str]]] = {}
    for name, field, cells_ in _differing(old.rows, new.rows, REGISTRY):
        differing.setdefault(name, {})[field] = cells_
    rows = _records_of(new.rows, differing)
    for name, fields in differing.items():
        row, reason = rows[name], why.revised(name, set(fields))
        for field, (was, now) in fields.items():
            yield _row("revised", row, (was, now), reason, field)


def _registries(old: _Set, new: _Set) -> Iterator[Iterator[Change]]:
    with_rows = {
        one for held in (old, new) for row in held.waiting.values() for one in _carried(row)
    }
    for name, key in new.registries().items():
        was, now = (held.file(f"{name}.csv") for held in (old, new))
        if content.sha256(was) != content.sha256(now):
            for pair in pairs(was, now, key, scratch=new.scratch):
                yield _of_registry(name, pair, with_rows)


def _of_registry(name: str, pair: Pair, with_rows: set[str]) -> Iterator[Change]:
    plain = "登记表有变化", "a registry has changed"
    carried = "与等待处理的行一并搁置或恢复", "set aside, or back, with a row that waits"
    was, now = pair.old, pair.new
    differing = list(_differing(was, now, frozenset()))
    lines = _records_of(now, {at for at, _, _ in differing})
    for at, field, (left, right) in differing:
        line = {**lines[at], "id": f"{name}:{at}"}
        yield _row("revised", line, (left, right), plain, field)
    for kind, one, other in (("added", now, was), ("withdrawn", was, now)):
        fresh = one[~one.index.isin(other.index)]
        for at, told in zip(fresh.index, fresh.pipe(_records), strict=True):
            line = {**told, "id": f"{name}:{at}"}
            yield _row(kind, line, ("", ""), carried if line["id"] in with_rows else plain)


def _carried(row: Mapping[str, str]) -> list[str]:
    return row.get("carries", "").split()


def _differing(
    old: pd.DataFrame, new: pd.DataFrame, passed_over: frozenset[str]
) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Key, column and both cells wherever two tables differ in a row and a column they share."""
    common = new.index[new.index.isin(old.index)]
    left, right = old.reindex(common), new.reindex(common)
    for column in [c for c in new.columns if c in old.columns and c not in passed_over]:
        is_other = (left[column] != right[column]).to_numpy()
        pairs = zip(left.loc[is_other, column], right.loc[is_other, column], strict=True)
        yield from (
            (name, column, pair) for name, pair in zip(common[is_other], pairs, strict=True)
        )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    told = frame.loc[:, [column for column in frame.columns if column in _TOLD]]
    return [{str(k): v for k, v in row.items()} for row in told.to_dict("records")]


def _records_of(frame: pd.DataFrame, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Key → row, of the rows that have one of the keys."""
    there = frame[frame.index.isin(list(keys))]
    return dict(zip(there.index, there.pipe(_records), strict=True))


def _words(row: Mapping[str, Any]) -> str:
    """A row in the document's words, else its value."""
    return str(row.get("as_written") or row.get("value") or "")


def _row(
    kind: str, row: Mapping[str, Any], words: tuple[str, str], why: Reason, field: str = ""
) -> Change:
    document, ref_area, indicator = (str(row.get(name, "")) for name in _ABOUT)
    return Change(kind, str(row["id"]), document, ref_area, indicator, field, *words, *why)
