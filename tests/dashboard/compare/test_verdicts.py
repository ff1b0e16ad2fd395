"""Every reason of method §5, alone and together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboard.compare import Code, verdict

OTHER: dict[str, Any] = {"id": "doc-002", "ref_area": "111111002"}
QUARTER = {
    "period_start": date(2022, 1, 1),
    "period_end": date(2022, 3, 31),
    "is_full_period": False,
}
TO_DECEMBER = {
    "period_start": date(2020, 1, 1),
    "period_end": date(2020, 12, 8),
    "is_full_period": False,
}


def _running(day: date) -> dict[str, Any]:
    return {"window": "cumulative", "period_start": None, "period_end": day}


CASES: list[tuple[str, dict[str, Any], dict[str, Any], list[str], bool]] = [
    ("same period, two offices", {}, OTHER, [], False),
    ("人 against 人次", {"unit": "人"}, OTHER | {"unit": "人次"}, ["UNIT_MISMATCH"], True),
    ("result against plan", {}, OTHER | {"status": "plan"}, ["STATUS_MISMATCH"], True),
    (
        "stock against flow",
        {"on": date(2022, 12, 31)},
        OTHER | {"period_start": date(2022, 12, 31)},
        ["WINDOW_MISMATCH"],
        True,
    ),
    (
        "two running totals whose start nobody knows",
        _running(date(2020, 12, 31)),
        {"id": "doc-002"} | _running(date(2022, 12, 31)),
        ["WINDOW_MISMATCH"],
        True,
    ),
    ("office against community", {}, OTHER | {"ref_area": "community-1"}, ["SCOPE_MISMATCH"], True),
    ("office against zone", {}, OTHER | {"ref_area": "zone-1"}, ["SCOPE_MISMATCH"], True),
    ("office against town", {}, OTHER | {"ref_area": "111111101"}, [], False),
    ("another object", {}, OTHER | {"indicator": "visits"}, ["SCOPE_MISMATCH"], True),
    ("the whole against a programme", {}, OTHER | {"scope": "programme"}, ["SCOPE_MISMATCH"], True),
    (
        "two sites",
        {"scope": "site", "scope_note": "东坡食堂"},
        OTHER | {"scope": "site", "scope_note": "西坡食堂"},
        ["SCOPE_MISMATCH"],
        True,
    ),
    (
        "one programme, named alike",
        {"scope": "programme", "scope_note": "暖冬行动"},
        OTHER | {"scope": "programme", "scope_note": "暖冬行动"},
        [],
        False,
    ),
    (
        "programmes nobody named",
        {"scope": "programme"},
        OTHER | {"scope": "programme"},
        ["SCOPE_MISMATCH"],
        True,
    ),
    ("key dates twice", {"scope": "key_dates"}, OTHER | {"scope": "key_dates"}, [], False),
    (
        "two variants",
        {"variant": "rota"},
        OTHER | {"variant": "recruited"},
        ["DEFINITION_DIFFERS"],
        True,
    ),
    ("a variant against none", {"variant": "rota"}, OTHER, ["DEFINITION_DIFFERS"], True),
    (
        "an office and the one that followed it",
        {"ref_area": "111111008", "year": 2020},
        {"id": "doc-002", "ref_area": "111111009", "year": 2022},
        ["AREA_CHANGED", "PERIOD_DIFFERS"],
        True,
    ),
    (
        "one office on both sides of a change",
        {"ref_area": "111111009", "year": 2020},
        {"id": "doc-002", "ref_area": "111111009", "year": 2022},
        ["AREA_CHANGED"],
        True,
    ),
    (
        "one office after the change",
        {"ref_area": "111111009", "year": 2022},
        {"id": "doc-002", "ref_area": "111111009", "year": 2023},
        [],
        False,
    ),
    (
        "last day before the change",
        {"ref_area": "111111008", "on": date(2021, 6, 30)},
        {"id": "doc-002", "ref_area": "111111008", "on": date(2020, 6, 30)},
        [],
        False,
    ),
    (
        "a quarter against a year, two offices",
        {},
        OTHER | QUARTER,
        ["PARTIAL_VS_FULL", "PERIOD_DIFFERS"],
        True,
    ),
    (
        "to 8 December against a year, one office",
        TO_DECEMBER,
        {"id": "doc-002"},
        ["PARTIAL_VS_FULL"],
        True,
    ),
    (
        "the same quarter of two years, one office",
        QUARTER,
        QUARTER
        | {"id": "doc-2", "period_start": date(2023, 1, 1), "period_end": date(2023, 3, 31)},
        [],
        False,
    ),
    (
        "January–February of a leap year and of another, one office",
        QUARTER | {"period_end": date(2022, 2, 28)},
        QUARTER | {"period_start": date(2024, 1, 1), "period_end": date(2024, 2, 29)},
        [],
        False,
    ),
    (
        "two quarters, one office",
        QUARTER,
        QUARTER | {"period_start": date(2022, 4, 1), "period_end": date(2022, 6, 30)},
        ["PARTIAL_VS_FULL"],
        True,
    ),
    (
        "one year against two, one office",
        {"year": 2023},
        {"period_start": date(2021, 1, 1), "period_end": date(2022, 12, 31)},
        ["PARTIAL_VS_FULL"],
        True,
    ),
    (
        "the same quarter of two years, two offices",
        QUARTER,
        OTHER | QUARTER | {"period_start": date(2023, 1, 1), "period_end": date(2023, 3, 31)},
        ["PERIOD_DIFFERS"],
        True,
    ),
    (
        "full years 24 months apart, two offices",
        {"year": 2020},
        OTHER | {"year": 2022},
        ["PERIOD_DIFFERS"],
        False,
    ),
    (
        "full years 36 months apart, two offices",
        {"year": 2019},
        OTHER | {"year": 2022},
        ["PERIOD_DIFFERS"],
        True,
    ),
    (
        "stocks seven months apart",
        {"on": date(2022, 8, 31)},
        OTHER | {"on": date(2023, 3, 31)},
        ["PERIOD_DIFFERS"],
        False,
    ),
    (
        "stocks 24 months apart",
        {"on": date(2021, 3, 31)},
        OTHER | {"on": date(2023, 3, 31)},
        ["PERIOD_DIFFERS"],
        False,
    ),
    (
        "stocks 24 months and a day apart",
        {"on": date(2021, 3, 30)},
        OTHER | {"on": date(2023, 3, 31)},
        ["PERIOD_DIFFERS"],
        True,
    ),
    ("stocks of one office", {"on": date(2019, 3, 31)}, {"on": date(2023, 3, 31)}, [], False),
    ("not verified", {}, OTHER | {"obs_status": "V"}, ["UNVERIFIED"], False),
    ("conflicting", {"flags": ("conflicting",)}, OTHER, ["CONFLICTING"], False),
    ("inferred", {"period_precision": "inferred"}, OTHER, ["PERIOD_INFERRED"], False),
    ("nominal", {"period_precision": "nominal"}, OTHER, [], False),
    (
        "everything at once, in the order of the method",
        {"variant": "rota", "flags": ("conflicting",), "period_precision": "inferred"},
        OTHER | QUARTER | {"unit": "户", "status": "plan", "scope": "event", "obs_status": "V"},
        [
            "UNIT_MISMATCH",
            "STATUS_MISMATCH",
            "SCOPE_MISMATCH",
            "DEFINITION_DIFFERS",
            "PARTIAL_VS_FULL",
            "PERIOD_DIFFERS",
            "UNVERIFIED",
            "CONFLICTING",
            "PERIOD_INFERRED",
        ],
        True,
    ),
]


@pytest.mark.parametrize(
    ("one", "two", "codes", "blocks"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_reasons_and_whether_they_block(observed, registry, one, two, codes, blocks):
    judged = verdict(observed(**one), observed(**two), registry)
    assert [reason.code for reason in judged.reasons] == codes
    assert judged.code == (codes[0] if codes else "OK")
    assert judged.blocks is blocks


@pytest.mark.parametrize(("one", "two"), [case[1:3] for case in CASES], ids=[c[0] for c in CASES])
def test_a_verdict_does_not_depend_on_who_comes_first(observed, registry, one, two):
    first, second = observed(**one), observed(**two)
    there, back = verdict(first, second, registry), verdict(second, first, registry)
    assert [(r.code, r.blocks, r.detail, r.months, r.when) for r in there.reasons] == [
        (r.code, r.blocks, r.detail, r.months, r.when) for r in back.reasons
    ]
    assert there.is_year_over_year == back.is_year_over_year


def test_a_period_that_only_warns_a_pair_still_blocks_ranks(observed, registry):
    judged = verdict(observed(year=2021), observed(**OTHER, year=2022), registry)
    assert (judged.blocks, judged.blocks_ranking) == (False, True)
    assert judged.reasons[0].months == 12


def test_year_over_year_is_one_office_in_two_years(observed, registry):
    first = observed(year=2020)
    assert verdict(first, observed(year=2022), registry).is_year_over_year
    assert not verdict(first, observed(year=2020, id="doc-2"), registry).is_year_over_year
    assert not verdict(first, observed(**OTHER, year=2022), registry).is_year_over_year


def test_the_registry_may_declare_indicators_apart(observed, registry):
    recruits, volunteers = observed(indicator="recruits"), observed(indicator="volunteers")
    for judged in (
        verdict(recruits, volunteers, registry),
        verdict(volunteers, recruits, registry),
    ):
        assert judged.code is Code.SCOPE_MISMATCH
        assert judged.reasons[0].detail == "declared_apart"


def test_the_day_of_a_change_is_named(observed, registry):
    before = observed(ref_area="111111008", year=2020)
    after = observed(ref_area="111111008", year=2022)
    assert verdict(before, after, registry).reasons[0].when == date(2021, 7, 1)
