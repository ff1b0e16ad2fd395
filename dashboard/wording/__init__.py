"""The only formatter: numbers, bounds, periods, verdicts and states as words, zh and en."""

from dashboard.wording.axis import Ticks, ticks
from dashboard.wording.bounds import bound_cell, bounds, bounds_of, end_words
from dashboard.wording.numbers import amount, number, percent, plainly, rounded, signed_amount
from dashboard.wording.periods import apart, at, day, gap, period, short_day
from dashboard.wording.quantities import Segment, counted_in, quantity
from dashboard.wording.results import (
    ChangeWords,
    change_words,
    order_words,
    percentage_words,
    rank_words,
    refusal_words,
    refused,
    reports,
    sign_words,
    state_words,
    statistic_words,
)
from dashboard.wording.units import unit_name, with_unit
from dashboard.wording.verdicts import (
    Chip,
    Glossary,
    baseline_chip,
    chip,
    reason_name,
    reason_sentence,
    sides,
    verdict_name,
    verdict_sentences,
)
from dashboard.wording.words import Locale, named, say

__all__ = [
    "ChangeWords",
    "Chip",
    "Glossary",
    "Locale",
    "Segment",
    "Ticks",
    "amount",
    "apart",
    "at",
    "baseline_chip",
    "bound_cell",
    "bounds",
    "bounds_of",
    "change_words",
    "chip",
    "counted_in",
    "day",
    "end_words",
    "gap",
    "named",
    "number",
    "order_words",
    "percent",
    "percentage_words",
    "period",
    "plainly",
    "quantity",
    "rank_words",
    "reason_name",
    "reason_sentence",
    "refusal_words",
    "refused",
    "reports",
    "rounded",
    "say",
    "short_day",
    "sides",
    "sign_words",
    "signed_amount",
    "state_words",
    "statistic_words",
    "ticks",
    "unit_name",
    "verdict_name",
    "verdict_sentences",
    "with_unit",
]
