"""Rows that wait: a bad row neither keeps the good from being published nor gets lost.

An error of one row puts that row aside with its reason, and with it the rows that are part of it.
An error of the set (a table, a key, a registry, a document) refuses the set, unless the error is
gone once the bad rows are aside: then it was theirs. A source of which too much is bad is refused
whole, for then the rows are not the mistake. Pure: nothing is read or written here.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import pandas as pd

from extract.aside import Aside, Origin, Split, Waiting, concluded
from extract.contract import ROWS, ForeignKey, resources
from extract.decisions import Decision
from extract.evidence import digit_groups
from extract.problem import Problem, errors
from extract.tables import Raw, row_columns

__all__ = [
    "ALONE",
    "AMONG",
    "OVERRULABLE",
    "Origin",
    "Split",
    "Waiting",
    "fingerprint",
    "set_aside",
    "split",
]

ALONE = frozenset(
    {
        *("required", "wrong-type", "not-in-list", "wrong-form", "wrong-length", "out-of-range"),
        *("formula-text", "unknown-key", "unknown-variant", "foreign-id", "wrong-table"),
        *("not-covered", "not-standing", "cut-number", "dropped-words", "wrong-context"),
        *("reads-differently", "missing-start", "period-order", "stock-date"),
        *("after-publication", "far-from-publication", "full-year-claim", "open-start"),
        *("listed-alone", "readings-order", "claimed-verification"),
    }
)
"""Rules about one row of a family table, whatever the others say."""

AMONG = frozenset(
    {"conflicting", "distributive", "overlapping-spans", "parts-exceed", "parts-differ", "id-order"}
)
"""Rules about a row beside others: only those wait that still object once the bad are aside, and
of two that contradict each other the newcomer rather than the one that was published."""

OVERRULABLE = frozenset(
    {
        *("conflicting", "parts-exceed", "parts-differ", "id-order"),
        *("far-from-publication", "full-year-claim", "open-start"),
    }
)
"""Rules that rest on judgement: a person may release a row against them, with a reason. Evidence,
reading, form and reference are facts: there the row has to be mended."""

_UNACCOUNTED = "unaccounted"


Recheck = Callable[[Raw], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known while rows are put aside."""

    raw: Raw
    columns: tuple[str, ...]
    rows: pd.DataFrame
    decisions: Mapping[str, Decision]
    origins: Mapping[str, Origin]
    published: Callable[[], Collection[str]]
    recheck: Recheck | None
    overruled: list[Problem] = field(default_factory=list)
    excused: list[Problem] = field(default_factory=list)


def split(
    raw: Raw,
    problems: Sequence[Problem],
    *,
    decisions: Mapping[str, Decision] = MappingProxyType({}),
    origins: Mapping[str, Origin] = MappingProxyType({}),
    published: Callable[[], Collection[str]] = frozenset,
    recheck: Recheck | None = None,
) -> Split:
    """Part the rows of `raw` by what `check` found in them.

    `origins` maps `file:line` to where the row came from (missing: the base, at that line).
    `published` gives the ids of the set shown now; `recheck` checks a set again, and is asked
    only where an error may be due to a row that is put aside.
    """
    aside = set_aside(
        raw, problems, decisions=decisions, origins=origins, published=published, recheck=recheck
    )
    return concluded(aside, problems)


def set_aside(
    raw: Raw,
    problems: Sequence[Problem],
    *,
    decisions: Mapping[str, Decision] = MappingProxyType({}),
    origins: Mapping[str, Origin] = MappingProxyType({}),
    published: Callable[[], Collection[str]] = frozenset,
    recheck: Recheck | None = None,
) -> Aside:
    """The same, for rows that nothing outside of `raw` speaks of; nothing is concluded yet."""
    rows = raw.rows.assign(_where=_wheres(raw.rows))
    columns = row_columns(raw.package)
    case = _Case(raw, columns, rows, decisions, origins, published, recheck)
    found = _not_overruled(case, errors(problems))
    at_row = {row["_where"]: row for row in _picked(case, {p.where for p in found})}
    own = [p for p in found if p.rule in ALONE and at_row.get(p.where, {}).get("id")]
    dropped = _dropped(case)
    first = _closed(case, {*(p.where for p in own), *dropped})
    alone = set(own)
    rest = _still(case, [p for p in found if p not in alone], first)
    second, third, rest = _parted(case, rest, at_row, first)
    waiting = _waiting(case, third, found, dropped)
    rest = _unexcused(case, rest, waiting)
    return Aside(
        _without(case, third),
        waiting,
        tuple(rest),
        tuple(case.overruled),
        tuple(case.excused),
        tuple(frozenset(places) for places in (first, second, third)),
        _totals(case),
    )


def fingerprint(cells: Mapping[str, str]) -> str:
    """16 hexadecimal digits of a row's cells, in the order of its columns."""
    return sha256("\x1f".join(cells.values()).encode("utf-8", "replace")).hexdigest()[:16]


def _wheres(rows: pd.DataFrame) -> pd.Series:
    return rows["_file"].astype(str) + ":" + rows["_line"].astype(str)


def _picked(case: _Case, wheres: Collection[str]) -> list[dict[str, Any]]:
    """The records of rows at those places, in file and line order."""
    if not wheres:
        return []
    records: list[dict[str, Any]] = case.rows[case.rows["_where"].isin(list(wheres))].to_dict(
        "records"
    )  # type: ignore[assignment]
    return records


def _ids(case: _Case, wheres: Collection[str]) -> set[str]:
    """The identifiers of the rows at those places."""
    return set(case.rows.loc[case.rows["_where"].isin(list(wheres)), "id"]) - {""}


def _cells(case: _Case, record: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(record[name]) for name in case.columns}


def _decided(case: _Case, verdict: str) -> dict[str, Decision]:
    """Place → decision, of rows that still stand as they were decided about."""
    ids = {name for name, decision in case.decisions.items() if decision.decision == verdict}
    if not ids:
        return {}
    records = case.rows[case.rows["id"].isin(list(ids))].to_dict("records")
    return {
        record["_where"]: case.decisions[record["id"]]
        for record in records
        if fingerprint(_cells(case, record)) == case.decisions[record["id"]].fingerprint  # type: ignore[arg-type]
    }


def _dropped(case: _Case) -> dict[str, Decision]:
    return _decided(case, "drop")


def _not_overruled(case: _Case, found: Sequence[Problem]) -> list[Problem]:
    """Errors but those against which a person released the row: they become notes."""
    released = _decided(case, "release")
    left: list[Problem] = []
    for problem in found:
        if problem.where in released and problem.rule in OVERRULABLE:
            case.overruled.append(replace(problem, severity="note"))
        else:
            left.append(problem)
    return left


def _closed(case: _Case, aside: Collection[str]) -> set[str]:
    """`aside` and, however far down, the rows that are part of one of them."""
    closed = set(aside)
    columns = [key.fields[0] for key in _keys(case, ROWS) if key.resource in {"", ROWS}]
    while closed:
        ids = _ids(case, closed)
        parts = case.rows.loc[case.rows[columns].isin(ids).any(axis=1), "_where"]
        if closed.issuperset(parts):
            break
        closed.update(parts)
    return closed


def _keys(case: _Case, name: str) -> tuple[ForeignKey, ...]:
    return next((r.foreign_keys for r in resources(case.raw.package) if r.name == name), ())


def _still(case: _Case, found: Sequence[Problem], aside: Collection[str]) -> list[Problem]:
    """Of `found`, what holds without the rows aside; what only then appears is not counted."""
    left = [problem for problem in found if problem.where not in aside]
    if not left or not aside or case.recheck is None:
        return left
    holds = {(p.where, p.rule) for p in errors(case.recheck(_without(case, aside)))}
    return [problem for problem in left if (problem.where, problem.rule) in holds]


def _parted(
    case: _Case, rest: list[Problem], at_row: Mapping[str, Mapping[str, Any]], aside: set[str]
) -> tuple[set[str], set[str], list[Problem]]:
    """Put aside what contradicts others: the newcomers first, then who still contradicts."""
    doubtful = [p for p in rest if p.rule in AMONG and at_row.get(p.where, {}).get("id")]
    if not doubtful:
        return aside, aside, rest
    known = case.published()
    fresh = [p for p in doubtful if at_row[p.where]["id"] not in known]
    stages = []
    for group in (fresh, doubtful):
        at = {problem.where for problem in set(group).intersection(rest)}
        if at:
            aside = _closed(case, {*aside, *at})
            rest = _still(case, rest, aside)
        stages.append(aside)
    return stages[0], stages[1], rest


def _waiting(
    case: _Case,
    aside: Collection[str],
    found: Sequence[Problem],
    dropped: Mapping[str, Decision],
) -> tuple[Waiting, ...]:
    carried = _carried(case, aside)
    own: dict[str, list[Problem]] = {}
    for problem in found:
        own.setdefault(problem.where, []).append(problem)
    return tuple(
        _one(case, record, own.get(record["_where"], []), dropped.get(record["_where"]), carried)
        for record in _picked(case, aside)
    )


def _one(
    case: _Case,
    record: Mapping[str, Any],
    own: list[Problem],
    drop: Decision | None,
    carried: Mapping[str, tuple[str, ...]],
) -> Waiting:
    cells = _cells(case, record)
    where = str(record["_where"])
    reasons = [_drop(where, drop), *own] if drop else own
    total = "" if reasons else cells.get("part_of", "")
    return Waiting(
        cells,
        str(record["_file"]).removesuffix(".csv"),
        _origin(case, record),
        tuple(reasons) or (_part_of(where, total),),
        fingerprint(cells),
        total,
        carried.get(cells["id"], ()),
        drop is not None,
    )


def _origin(case: _Case, record: Mapping[str, Any]) -> Origin:
    known = case.origins.get(str(record["_where"]))
    base = Origin(str(record.get("_source") or ""), str(record["_file"]), int(record["_line"]))
    return known or base


def _carried(case: _Case, aside: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Row id → the lines of other tables that speak of it."""
    ids = _ids(case, aside)
    carried: dict[str, tuple[str, ...]] = {}
    for name, column, key in _referring(case):
        table = case.raw.tables[name]
        for line in table[table[column].isin(ids)].to_dict("records"):
            said = f"{name}:{' '.join(str(line[part]) for part in key)}"
            carried[line[column]] = (*carried.get(line[column], ()), said)
    return carried


def _referring(case: _Case) -> list[tuple[str, str, tuple[str, ...]]]:
    """Table, column and key of the other tables that name rows."""
    return [
        (resource.name, key.fields[0], resource.primary_key)
        for resource in resources(case.raw.package)
        for key in resource.foreign_keys
        if resource.name != ROWS and key.resource == ROWS and resource.name in case.raw.tables
    ]


def _without(case: _Case, aside: Collection[str]) -> Raw:
    """The tables without the rows aside and without what other tables say of them."""
    if not aside:
        return case.raw
    ids = _ids(case, aside)
    tables = dict(case.raw.tables)
    for name in case.raw.family_tables:
        frame = tables[name]
        tables[name] = frame[~_wheres(frame).isin(aside)].reset_index(drop=True)
    for name, column, _ in _referring(case):
        frame = tables[name]
        tables[name] = frame[~frame[column].isin(ids)].reset_index(drop=True)
    return replace(case.raw, tables=tables)


def _unexcused(case: _Case, rest: Sequence[Problem], waiting: Sequence[Waiting]) -> list[Problem]:
    """Errors of the set, without numbers that went nowhere because their row has wrong offsets.

    A row that waits may leave as many numbers of its document unaccounted as it holds.
    """
    names = dict(zip(_wheres(case.raw.documents), case.raw.documents["document"], strict=True))
    allowed: Counter[str] = Counter()
    for row in waiting:
        groups = sum(1 for _ in digit_groups(row.cells["as_written"]))
        allowed[row.cells["document"]] += max(groups, 1)
    lost = Counter(names.get(p.where, "") for p in rest if p.rule == _UNACCOUNTED)

    def excused(problem: Problem) -> bool:
        document = names.get(problem.where, "")
        return problem.rule == _UNACCOUNTED and 0 < lost[document] <= allowed[document]

    case.excused.extend(replace(p, severity="note") for p in rest if excused(p))
    return [problem for problem in rest if not excused(problem)]


def _totals(case: _Case) -> Counter[tuple[str, str]]:
    """All rows, a source and table."""
    tables = case.rows["_file"].astype(str).str.removesuffix(".csv")
    base = case.rows["_source"] if "_source" in case.rows else [""] * len(case.rows)
    given = (
        case.origins[where].source if where in case.origins else source
        for where, source in zip(case.rows["_where"], base, strict=True)
    )
    return Counter(zip(given, tables, strict=True))


def _part_of(where: str, total: str) -> Problem:
    return Problem(
        where,
        "part-waits",
        f"it is part of {total}, which waits",
        "mend that row first",
        message_zh=f"它是 {total} 的分项，总数正在等待处理",
        next_step_zh="先改正那一行",
    )


def _drop(where: str, drop: Decision) -> Problem:
    return Problem(
        where,
        "dropped",
        f"kept out by a person: {drop.reason}",
        f"python -m extract quarantine release {drop.id} lifts it",
        "note",
        f"由人决定不采用：{drop.reason}",
        f"python -m extract quarantine release {drop.id} 可撤销",
    )
