"""Of the numbers that share a key, the one shown; and what must be said beside it.

docs/method.md §6: all are kept; shown is the value whose document states it as a count in force
at the later date. Where no date decides, the first in the text is shown with the hull of them all
as its bounds: which of the numbers holds is not known.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

import pandas as pd

__all__ = ["KEY", "with_choice"]

KEY = ["freq", "ref_area", "indicator", "variant", "window", "time_period"]
"""The key of an observation (docs/method.md §6)."""

_STATUS = ("result", "planned_capacity", "plan", "target", "listed")
_SCOPE = ("whole", "programme", "site", "event", "key_dates")


def with_choice(
    rows: pd.DataFrame, documents: pd.DataFrame, corrections: pd.DataFrame
) -> pd.DataFrame:
    """Adds ``chosen`` (true for exactly one row a key) and ``comment_obs``; widens bounds.

    Results come before plans, the whole unit before its parts, totals before listed items; of
    stocks the later date; then text order.
    """
    ranked = rows.pipe(_ranked, documents)
    chosen = ~ranked.duplicated(KEY)
    decided = ranked.assign(chosen=chosen.map({True: "true", False: "false"})).pipe(_with_hulls)
    comments = _joined(_of_corrections(corrections), _of_conflicts(decided))
    comment = decided["id"].map(lambda name: comments.get(name, ""))
    return decided.assign(comment_obs=comment)


def _ranked(rows: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    published = documents.loc[:, ["document", "published_to"]]
    merged = rows.merge(published, on="document", how="left", validate="many_to_one").fillna("")
    in_force = (merged["period_end"] + merged["published_to"]).where(
        merged["window"] == "stock", ""
    )
    ordered = merged.assign(
        _status=merged["status"].map({name: rank for rank, name in enumerate(_STATUS)}),
        _scope=merged["scope"].map({name: rank for rank, name in enumerate(_SCOPE)}),
        _part=merged["part_of"] != "",
        _in_force=in_force,
    )
    by = ["_status", "_scope", "_part", "_in_force", "id"]
    return ordered.sort_values(by, ascending=[True, True, True, False, True], kind="stable")


def _of_corrections(corrections: pd.DataFrame) -> Iterator[tuple[str, str]]:
    words = {
        "suspected": ("疑有误，或为", "suspected error, perhaps"),
        "confirmed": ("已确认有误，应为", "confirmed error, should read"),
    }
    columns = ["row", "corrected", "unit", "status"]
    for row, corrected, unit, status in corrections.loc[:, columns].itertuples(index=False):
        chinese, english = words.get(status, words["suspected"])
        yield row, f"{chinese} {corrected} {unit} / {english} {corrected} {unit}"


def _of_conflicts(rows: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """For each chosen row that conflicts: the other rows, and the hull where no date decides."""
    for group in _conflicts(rows):
        others = "、".join(group["id"].iloc[1:])
        first = group.iloc[0]
        if _is_decided(group):
            said = f"另有 {others}，取日期较晚者 / also {others}; the later date is shown"
        else:
            hull = f"{first['lower'] or '…'}–{first['upper'] or '…'}"
            said = f"与 {others} 不一致，合并区间 {hull} / conflicts with {others}, hull {hull}"
        yield str(first["id"]), said


def _conflicts(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    flagged = rows[rows["flags"].str.contains("conflicting", regex=False)]
    for _, group in flagged.groupby(KEY, sort=False):
        if len(group) > 1:
            yield group


def _is_decided(group: pd.DataFrame) -> bool:
    return bool((group["_in_force"].iloc[1:] < group["_in_force"].iloc[0]).all())


def _with_hulls(rows: pd.DataFrame) -> pd.DataFrame:
    """The bounds of a chosen row are those of all its rivals where no later date decides."""
    widened = rows.copy()
    for group in _conflicts(rows):
        if not _is_decided(group):
            for column, value in {**_end(group, "lower", min), **_end(group, "upper", max)}.items():
                widened.loc[group.index[0], column] = value
    return widened


def _end(group: pd.DataFrame, side: str, furthest: Callable[..., Decimal]) -> Mapping[str, str]:
    """The outermost end among rivals: absent if one has none, closed if one there is closed."""
    if (group[side] == "").any():
        return {side: "", f"{side}_open": "true", f"{side}_kind": "hard"}
    bound = furthest(Decimal(value) for value in group[side])
    at_it = group[[Decimal(value) == bound for value in group[side]]]
    is_open = (at_it[f"{side}_open"] == "true").all()
    is_soft = (at_it[f"{side}_kind"] == "soft").all()
    return {
        side: format(bound, "f"),
        f"{side}_open": "true" if is_open else "false",
        f"{side}_kind": "soft" if is_soft else "hard",
    }


def _joined(*sources: Iterator[tuple[str, str]]) -> Mapping[str, str]:
    comments: dict[str, str] = {}
    for source in sources:
        for name, said in source:
            comments[name] = f"{comments[name]}; {said}" if name in comments else said
    return comments
