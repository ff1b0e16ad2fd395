"""What one set says that another did not: added, revised, withdrawn, quarantined, released; why.

Written into every snapshot as changes.csv, beside snapshot.json, against its predecessor. Pure but
for reading the two sets; no time in it: history.jsonl says when.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from extract import cells, waiting
from extract.change import CHANGES, COLUMNS, KINDS, Change
from extract.content import Content

__all__ = ["CHANGES", "COLUMNS", "KINDS", "Change", "compare_sets", "counts", "of", "written"]

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

Reason = tuple[str, str]
"""Why, in Chinese and in English."""


class _Set:
    """One set to compare: the files of a snapshot's folder, or files yet to be published."""

    def __init__(self, place: Path | Mapping[str, Content] | None) -> None:
        self._place = place
        self.is_nothing = place is None
        self.waiting = waiting.read(self.file(waiting.QUARANTINE))
        self.rows = self.table(OBSERVATIONS, ("id",))

    def file(self, name: str) -> bytes:
        """A file of the set; b'' where it has none."""
        if isinstance(self._place, Path):
            path = self._place / name
            return path.read_bytes() if path.is_file() else b""
        given = (self._place or {}).get(name, b"")
        return given.read_bytes() if isinstance(given, Path) else given

    def table(self, name: str, key: Sequence[str]) -> pd.DataFrame:
        """A table by its key (several cells joined by a space); empty where it has none."""
        content = self.file(name)
        empty = pd.DataFrame(columns=list(key), dtype="str")
        frame = pd.read_csv(io.BytesIO(content), dtype="str", na_filter=False) if content else empty
        if not set(key) <= set(frame.columns):
            frame = empty
        cells_ = frame[list(key)].itertuples(index=False, name=None)
        joined = pd.Index([" ".join(cells) for cells in cells_], dtype="str", name="_key")
        return frame.set_index(joined).pipe(lambda f: f[~f.index.duplicated()])

    def registries(self) -> dict[str, tuple[str, ...]]:
        """Table name → key, of all tables of the set but the observations."""
        try:
            package = json.loads(self.file("datapackage.json"))
        except ValueError:
            return {}
        found = {r["name"]: r["schema"].get("primaryKey", ()) for r in package.get("resources", ())}
        keys = {name: (key,) if isinstance(key, str) else tuple(key) for name, key in found.items()}
        return {name: key for name, key in keys.items() if key and name != "observations"}


def compare_sets(
    before: Path | Mapping[str, Content] | None,
    after: Path | Mapping[str, Content],
    *,
    released: Mapping[str, str] = MappingProxyType({}),
    sources: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Change, ...]:
    """Every change from `before` to `after` (a snapshot's folder, or name → content), in order.

    Without `before` (the first set) only what waits is told: all else is new. `released` maps a
    row to the reason a person gave for letting it through, `sources` to the source it came from.
    """
    old, new = _Set(before), _Set(after)
    why = _Why(old, new, released, sources)
    found = [*_quarantined(old, new), *_released(old, new, why)]
    if not old.is_nothing:
        found += [*_added(old, new, why), *_withdrawn(old, new, why), *_revised(old, new, why)]
        found += _registries(old, new)
    place = {kind: number for number, kind in enumerate(KINDS)}
    return tuple(sorted(found, key=lambda c: (place[c.kind], ":" in c.id, c.id, c.field)))


def written(changes: Sequence[Change]) -> bytes:
    """changes.csv; cells are shown, not run (see extract.cells)."""
    return cells.table(
        COLUMNS, ([cells.formula_free(cell) for cell in astuple(c)] for c in changes)
    )


def counts(changes: Sequence[Change]) -> dict[str, int]:
    """Rows (and registry lines) a kind; a row revised in several fields counts once."""
    found = Counter(kind for kind, _ in {(change.kind, change.id) for change in changes})
    return {kind: found[kind] for kind in KINDS}


def of(files: Mapping[str, Content]) -> dict[str, Any]:
    """What a set says of itself: observations, waiting, dropped, and the period of its results."""
    held = _Set(files)
    rows = held.rows
    if "status" in rows:
        rows = rows[rows["status"].isin(["result", "listed"])]
    dropped = sum(row.get("is_dropped") == "true" for row in held.waiting.values())
    return {
        "observations": len(held.rows),
        "waiting": len(held.waiting) - dropped,
        "dropped": dropped,
        "period": {
            "from": _extreme(rows, "period_start", first=True),
            "to": _extreme(rows, "period_end", first=False),
        },
    }


def _extreme(rows: pd.DataFrame, column: str, *, first: bool) -> str | None:
    if column not in rows or not (filled := rows.loc[rows[column] != "", column]).size:
        return None
    return str(filled.min() if first else filled.max())


class _Why:
    """Reasons for changes, from what the two sets say."""

    def __init__(
        self, old: _Set, new: _Set, released: Mapping[str, str], sources: Mapping[str, str]
    ) -> None:
        self._released, self._sources = released, sources
        self._old_documents = set(old.table("documents.csv", ("document",)).index)
        self._new_documents = set(new.table("documents.csv", ("document",)).index)
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


def _news(old: _Set, new: _Set, name: str) -> dict[str, Reason]:
    """Row → the reason that a new line of the readings or corrections gives."""
    known, table = old.table(f"{name}.csv", ("id",)), new.table(f"{name}.csv", ("id",))
    fresh = table[~table.index.isin(known.index)]
    reasons: dict[str, Reason] = {}
    for line in fresh.pipe(_records):
        zh = line.get("reason_zh") or line.get("reason") or ""
        en = line.get("reason_en") or zh
        if name == "corrections":
            reasons[line["row"]] = f"登记了更正：{zh}", f"a correction was entered: {en}"
        else:
            reasons[line["row"]] = f"两次读取不同，重新定稿：{zh}", f"read anew and settled: {en}"
    return reasons


def _added(old: _Set, new: _Set, why: _Why) -> Iterator[Change]:
    fresh = new.rows[~new.rows.index.isin([*old.rows.index, *old.waiting])]
    for row in fresh.pipe(_records):
        yield _row("added", row, ("", _words(row)), why.added(row["id"], row.get("document", "")))


def _withdrawn(old: _Set, new: _Set, why: _Why) -> Iterator[Change]:
    gone = old.rows[~old.rows.index.isin([*new.rows.index, *new.waiting])]
    waited = [row for name, row in old.waiting.items() if name not in new.waiting]
    left = [row for row in waited if row["id"] not in new.rows.index]
    for row in (*gone.pipe(_records), *left):
        reason = why.withdrawn(row["id"], row.get("document", ""))
        yield _row("withdrawn", row, (_words(row), ""), reason)


def _quarantined(old: _Set, new: _Set) -> Iterator[Change]:
    """Rows that begin to wait, and rows that wait for another reason than before."""
    for name, row in new.waiting.items():
        known = old.waiting.get(name)
        reason = row.get("reason_zh", ""), row.get("reason_en", "")
        if known is None:
            was = _words(_record(old.rows, name)) if name in old.rows.index else ""
            yield _row("quarantined", row, (was, _words(row)), reason)
        elif (known.get("rule"), known["is_dropped"]) != (row.get("rule"), row["is_dropped"]):
            before, after = known.get("rule", ""), row.get("rule", "")
            yield _row("quarantined", row, (before, after), reason, "rule")


def _released(old: _Set, new: _Set, why: _Why) -> Iterator[Change]:
    for name in new.rows.index[new.rows.index.isin(list(old.waiting))]:
        row = _record(new.rows, name)
        was = _words(old.waiting[name])
        yield _row("released", row, (was, _words(row)), why.released(name))


def _revised(old: _Set, new: _Set, why: _Why) -> Iterator[Change]:
    differing: dict[str, dict[str, tuple[str, str]]] = {}
    for name, field, cells_ in _differing(old.rows, new.rows, REGISTRY):
        differing.setdefault(name, {})[field] = cells_
    for name, fields in differing.items():
        row = _record(new.rows, name)
        reason = why.revised(name, set(fields))
        for field, (was, now) in fields.items():
            yield _row("revised", row, (was, now), reason, field)


def _registries(old: _Set, new: _Set) -> Iterator[Change]:
    plain = "登记表有变化", "a registry has changed"
    carried = "与等待处理的行一并搁置或恢复", "set aside, or back, with a row that waits"
    with_rows = {
        one for held in (old, new) for row in held.waiting.values() for one in _carried(row)
    }
    for name, key in new.registries().items():
        was, now = (held.table(f"{name}.csv", key) for held in (old, new))
        for at, field, (left, right) in _differing(was, now, frozenset()):
            line = {**_record(now, at), "id": f"{name}:{at}"}
            yield _row("revised", line, (left, right), plain, field)
        for kind, one, other in (("added", now, was), ("withdrawn", was, now)):
            for key_there in one.index[~one.index.isin(other.index)]:
                line = {**_record(one, key_there), "id": f"{name}:{key_there}"}
                reason = carried if line["id"] in with_rows else plain
                yield _row(kind, line, ("", ""), reason)


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
    return [{str(k): v for k, v in record.items()} for record in frame.to_dict("records")]


def _record(frame: pd.DataFrame, key: str) -> dict[str, Any]:
    return _records(frame.loc[[key]])[0]


def _words(row: Mapping[str, Any]) -> str:
    """A row in the document's words, else its value."""
    return str(row.get("as_written") or row.get("value") or "")


def _row(
    kind: str, row: Mapping[str, Any], words: tuple[str, str], why: Reason, field: str = ""
) -> Change:
    document, ref_area, indicator = (str(row.get(name, "")) for name in _ABOUT)
    return Change(kind, str(row["id"]), document, ref_area, indicator, field, *words, *why)
