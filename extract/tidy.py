"""Raw tables → observations: one line a number, with bounds, period and comparison attributes.

Pure: nothing is read, written or changed in place. Every bound comes from the rule table of
``extract.quantity``; a row the machine cannot re-read keeps its value and gets no bounds.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

import pandas as pd

from extract.choice import with_choice
from extract.contract import COLUMNS, describe
from extract.evidence import reading, reads_as
from extract.periods import is_full_period, time_period
from extract.quantity import PRESETS, Quantity
from extract.tables import PRACTICES, Raw

__all__ = ["LATER", "Tidy", "as_entered", "csv_of", "descriptor", "files", "registries", "tidy"]

LATER = frozenset({PRACTICES, "practice_families"})
"""Registries that came later: a set of raw tables may do without."""


@dataclass(frozen=True, slots=True)
class Tidy:
    """The tidy tables: every cell a string, '' where missing; and their descriptor."""

    observations: pd.DataFrame
    offices: pd.DataFrame
    indicators: pd.DataFrame
    variants: pd.DataFrame
    families: pd.DataFrame
    documents: pd.DataFrame
    corrections: pd.DataFrame
    not_applicable: pd.DataFrame
    left_out: pd.DataFrame
    reasons: pd.DataFrame
    readings: pd.DataFrame
    package: Mapping[str, Any]
    practice_families: pd.DataFrame | None = None
    practices: pd.DataFrame | None = None
    """None for tables made before there were practices."""


def tidy(raw: Raw) -> Tidy:
    """Observations and registries of ``raw``; the same input gives the same output, always.

    Expects tables that ``check`` finds free of errors; raises pandas.errors.MergeError where a
    registry's key is not unique.
    """
    observations = (
        raw.rows.pipe(with_offices, raw.offices)
        .pipe(with_indicators, raw.indicators)
        .pipe(with_quantities)
        .pipe(with_periods)
        .pipe(with_status)
        .pipe(with_evidence, raw.returns)
        .pipe(with_choice, raw.documents, raw.corrections)
        .pipe(in_order)
    )
    beside = {
        name: as_entered(raw.tables[name])
        for name in registries()
        if name in raw.tables or name not in LATER
    }
    return Tidy(observations=observations, package=describe(raw.package), **beside)


def files(tables: Tidy) -> dict[str, bytes]:
    """File name → bytes of the tidy set; byte for byte the same for the same tables."""
    names = ("observations", *registries())
    found = {name: getattr(tables, name) for name in names}
    contents = {f"{name}.csv": csv_of(table) for name, table in found.items() if table is not None}
    return {**contents, "datapackage.json": descriptor(tables.package)}


def descriptor(package: Mapping[str, Any]) -> bytes:
    """The descriptor of the tidy set, as datapackage.json."""
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def registries() -> tuple[str, ...]:
    """The tables beside the observations, in the order of `Tidy`."""
    names = (field.name for field in fields(Tidy))
    return tuple(name for name in names if name not in {"observations", "package"})


def as_entered(table: pd.DataFrame) -> pd.DataFrame:
    """A raw table without the places of its lines."""
    return table.drop(columns=["_line", "_file"])


def csv_of(frame: pd.DataFrame, *, header: bool = True) -> bytes:
    """A table as every table is published: UTF-8, quoted where needed."""
    return frame.to_csv(index=False, header=header, lineterminator="\n").encode("utf-8")


def with_offices(rows: pd.DataFrame, offices: pd.DataFrame) -> pd.DataFrame:
    """Adds the office's short names."""
    names = offices.loc[:, ["ref_area", "short_zh", "short_en"]].rename(
        columns={"short_zh": "office", "short_en": "office_en"}
    )
    return rows.merge(names, on="ref_area", how="left", validate="many_to_one").fillna("")


def with_indicators(rows: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Adds the indicator's family and its unit (``indicator_unit``)."""
    attributes = indicators.loc[:, ["indicator", "family", "unit"]].rename(
        columns={"unit": "indicator_unit"}
    )
    return rows.merge(attributes, on="indicator", how="left", validate="many_to_one").fillna("")


def with_quantities(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds what the machine reads: bounds, rule, qualifier; and whether it reads as entered.

    Each distinct phrase is read once. Flags found by reading follow those entered.
    """
    phrases = rows.loc[:, ["as_written"]].drop_duplicates()
    quantities = {phrase: reading(phrase) for phrase in phrases["as_written"]}
    readings = phrases.assign(**_reading_columns([*quantities.values()]))
    return (
        rows.merge(readings, on="as_written", how="left", validate="many_to_one")
        .pipe(_with_agreement, quantities)
        .pipe(_with_flags)
        .pipe(_with_plain_value)
    )


def with_periods(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds freq, time_period, year and is_full_period; each distinct period is named once."""
    columns = ["window", "period_precision", "period_start", "period_end"]
    periods = rows.loc[:, columns].drop_duplicates()
    windows = [tuple(map(str, period)) for period in periods.itertuples(index=False)]
    named = [time_period(*window) for window in windows]
    periods = periods.assign(
        freq=[freq for freq, _ in named],
        time_period=[name for _, name in named],
        year=[end[:4] for *_, end in windows],
        is_full_period=[_truth(is_full_period(*window)) for window in windows],
    )
    return rows.merge(periods, on=columns, how="left", validate="many_to_one")


def with_status(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds obs_status: A for rows read twice that the machine re-reads the same, else V."""
    is_read_twice = (rows["read_1_on"] != "") & (rows["read_2_on"] >= rows["read_1_on"])
    is_verified = is_read_twice & rows["is_reread"]
    return rows.assign(obs_status=is_verified.map({True: "A", False: "V"}))


def with_evidence(rows: pd.DataFrame, returns: Collection[str]) -> pd.DataFrame:
    """Adds evidence (report or return) and, in tables older than it, an empty place."""
    is_return = rows["document"].isin(returns)
    place = rows.get("place", "")
    return rows.assign(evidence=is_return.map({True: "return", False: "report"}), place=place)


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of observations.csv, sorted by document, start, id."""
    place = pd.to_numeric(rows["start"], errors="coerce")
    ordered = rows.assign(_place=place).sort_values(["document", "_place", "id"], kind="stable")
    return ordered.loc[:, list(COLUMNS)].reset_index(drop=True)


_READ: Mapping[str, Callable[[Quantity], str]] = {
    "lower": lambda quantity: _plain(quantity.lower),
    "upper": lambda quantity: _plain(quantity.upper),
    "lower_open": lambda quantity: _truth(quantity.lower_open),
    "upper_open": lambda quantity: _truth(quantity.upper_open),
    "lower_kind": lambda quantity: quantity.lower_kind,
    "upper_kind": lambda quantity: quantity.upper_kind,
    "qualifier": lambda quantity: quantity.qualifier,
    "rule": lambda quantity: quantity.rule,
    "read_flags": lambda quantity: " ".join(quantity.flags),
}

_UNREAD = {"lower_open": "false", "upper_open": "false"}


def _reading_columns(quantities: list[Quantity | None]) -> dict[str, list[str]]:
    return {
        column: [
            _UNREAD.get(column, "") if quantity is None else read(quantity)
            for quantity in quantities
        ]
        for column, read in _READ.items()
    }


def _with_agreement(rows: pd.DataFrame, quantities: Mapping[str, Quantity | None]) -> pd.DataFrame:
    columns = ["as_written", "value", "unit", "indicator_unit"]
    entries = rows.loc[:, columns].drop_duplicates()
    agree = [
        reads_as(quantities[phrase], value, unit, indicator_unit)
        for phrase, value, unit, indicator_unit in entries.itertuples(index=False)
    ]
    entries = entries.assign(is_reread=agree)
    return rows.merge(entries, on=columns, how="left", validate="many_to_one")


def _with_flags(rows: pd.DataFrame) -> pd.DataFrame:
    pairs = rows.loc[:, ["flags", "read_flags"]].drop_duplicates()
    joined = [
        " ".join(dict.fromkeys(f"{entered} {read}".split()))
        for entered, read in pairs.itertuples(index=False)
    ]
    merged = rows.merge(
        pairs.assign(all_flags=pd.array(joined, dtype="str")),
        on=["flags", "read_flags"],
        how="left",
        validate="many_to_one",
    )
    return merged.assign(flags=merged["all_flags"]).drop(columns="all_flags")


def _with_plain_value(rows: pd.DataFrame) -> pd.DataFrame:
    values = rows["value"].drop_duplicates()
    plain = {value: _plain(Decimal(value)) if value else "" for value in values}
    value = rows["value"].map(plain)
    return rows.assign(
        value=value,
        decimals=value.map({text: str(len(text.partition(".")[2])) for text in plain.values()}),
        unit_mult="0",
        ruleset=PRESETS[0],
    )


def _plain(value: Decimal | None) -> str:
    """A number as plain text: no exponent, no trailing zeros after the point."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _truth(value: bool) -> str:
    return "true" if value else "false"
