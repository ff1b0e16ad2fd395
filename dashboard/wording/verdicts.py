"""Verdicts as chips and sentences that name the facts of both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dashboard.compare import Code, Observation, Reason, Verdict
from dashboard.wording.periods import apart, day, period
from dashboard.wording.units import unit_in_full
from dashboard.wording.words import Locale, named, say, sentence

Pair = tuple[str, str]
"""A name in Chinese and in English."""

_NAMING_PERIODS = frozenset(
    {Code.WINDOW_MISMATCH, Code.AREA_CHANGED, Code.PARTIAL_VS_FULL, Code.PERIOD_DIFFERS}
)
"""Reasons whose sentence names both periods, so that a year is no name for a side."""

SIGNS = {"ok": "=", "warns": "≈", "blocks": "≠", "baseline": "◉"}


@dataclass(frozen=True, slots=True)
class Glossary:
    """Names of codes in both languages; a code that is not listed stands for itself."""

    offices: Mapping[str, Pair] = field(default_factory=dict)
    indicators: Mapping[str, Pair] = field(default_factory=dict)
    variants: Mapping[tuple[str, str], Pair] = field(default_factory=dict)

    def office(self, observation: Observation, locale: Locale) -> str:
        """The office's listed name, else the one its observation carries."""
        given = observation.office, observation.office_en or observation.office
        return _in(self.offices.get(observation.ref_area, given), locale)

    def indicator(self, code: str, locale: Locale) -> str:
        """What is counted."""
        return _in(self.indicators.get(code, (code, code)), locale)

    def variant(self, indicator: str, code: str, locale: Locale) -> str:
        """Who or what exactly is counted."""
        if not code:
            return say("variant.none", locale)
        return _in(self.variants.get((indicator, code), (code, code)), locale)


@dataclass(frozen=True, slots=True)
class Chip:
    """A verdict in a few words: `nature` is ok, warns, blocks or baseline."""

    nature: str
    sign: str
    text: str


def verdict_name(code: Code | str, locale: Locale) -> str:
    """The general name of a verdict code."""
    return named("verdict", str(code), locale)


def chip(judged: Verdict, locale: Locale) -> Chip:
    """The headline of a verdict; `≠` only where it blocks."""
    if not judged.reasons:
        return Chip("ok", SIGNS["ok"], verdict_name(Code.OK, locale))
    nature = "blocks" if judged.blocks else "warns"
    return Chip(nature, SIGNS[nature], reason_name(judged.reasons[0], locale))


def baseline_chip(locale: Locale) -> Chip:
    """The chip of the row the others are compared with."""
    return Chip("baseline", SIGNS["baseline"], say("verdict.baseline", locale))


def reason_name(reason: Reason, locale: Locale) -> str:
    """The name of a reason, of its particular case where that has one: 累计与当年, 月份不同."""
    facts = set(reason.facts)
    if reason.code is Code.STATUS_MISMATCH and ("listed" in facts or "result" not in facts):
        return say(f"verdict.status.{'listed' if 'listed' in facts else 'other'}", locale)
    if reason.code is Code.WINDOW_MISMATCH:
        return say(f"verdict.window.{reason.detail or _window_case(facts)}", locale)
    if reason.code is Code.PARTIAL_VS_FULL and reason.detail in ("months", "years"):
        return say(f"verdict.partial.{reason.detail}", locale)
    return verdict_name(reason.code, locale)


def verdict_sentences(judged: Verdict, glossary: Glossary, locale: Locale) -> tuple[str, ...]:
    """One sentence a reason, in the order of the method; for OK, what is the same."""
    if not judged.reasons:
        return (say("reason.OK", locale),)
    return tuple(reason_sentence(reason, glossary, locale) for reason in judged.reasons)


def reason_sentence(reason: Reason, glossary: Glossary, locale: Locale) -> str:
    """Why two numbers cannot, or can hardly, be compared: both sides' facts in one sentence."""
    if reason.code in _DOUBTS:
        return _doubt(reason, sides(reason.first, reason.second, glossary, locale), locale)
    is_plain = reason.code in _NAMING_PERIODS
    first, second = sides(reason.first, reason.second, glossary, locale, by_year=not is_plain)
    x, y = (_fact(reason, place, glossary, locale) for place in (0, 1))
    key = ".".join(part for part in ("reason", reason.code, reason.detail) if part)
    text = say(
        key,
        locale,
        a=first,
        b=second,
        x=x,
        y=y,
        p=period(reason.first, locale),
        q=period(reason.second, locale),
        when="" if reason.when is None else day(reason.when, locale),
        apart=_apart(reason, locale),
    )
    return sentence(text)


def sides(
    first: Observation,
    second: Observation,
    glossary: Glossary,
    locale: Locale,
    *,
    by_year: bool = True,
) -> tuple[str, str]:
    """What to call the two: their offices, else their years, else one and the other."""
    if first.ref_area != second.ref_area:
        return glossary.office(first, locale), glossary.office(second, locale)
    if by_year and first.year != second.year:
        return say("side.year", locale, year=first.year), say("side.year", locale, year=second.year)
    return say("side.first", locale), say("side.second", locale)


def _in(names: Pair, locale: Locale) -> str:
    chinese, english = names
    return chinese if locale == "zh" or not english else english


def _apart(reason: Reason, locale: Locale) -> str:
    """Dates lie apart, and so do years; a quarter and a year only differ."""
    first, second = reason.first, reason.second
    if first.window == second.window == "stock":
        return say("apart.stocks", locale, apart=apart(reason.months, locale))
    is_full = first.is_full_period and second.is_full_period
    return apart(reason.months if is_full else None, locale)


def _window_case(facts: set[str]) -> str:
    return "_".join(sorted(facts - {"flow"}))


def _fact(reason: Reason, place: int, glossary: Glossary, locale: Locale) -> str:
    """The fact of one side as words, by what kind of fact the reason compares."""
    code = reason.facts[place]
    side = (reason.first, reason.second)[place]
    if reason.code is Code.SCOPE_MISMATCH:
        return _scope_fact(reason.detail, code, side, glossary, locale)
    if reason.code is Code.UNIT_MISMATCH:
        return unit_in_full(code, locale)
    if reason.code is Code.DEFINITION_DIFFERS:
        return glossary.variant(side.indicator, code, locale)
    group = {Code.STATUS_MISMATCH: "status", Code.WINDOW_MISMATCH: "window"}.get(reason.code, "")
    return named(group, code, locale)


def _scope_fact(
    detail: str, code: str, side: Observation, glossary: Glossary, locale: Locale
) -> str:
    if detail == "level":
        return named("level", code, locale)
    if detail in ("indicator", "declared_apart"):
        return glossary.indicator(code, locale)
    scope = named("scope", code, locale)
    if side.scope_note and code != "whole":
        return say("object.named", locale, scope=scope, note=side.scope_note)
    return scope if detail == "scope" else say("object.unnamed", locale, scope=scope)


_DOUBTS: Mapping[Code, Callable[[Observation], bool]] = {
    Code.UNVERIFIED: lambda o: o.obs_status not in ("A", "E"),
    Code.CONFLICTING: lambda o: "conflicting" in o.flags,
    Code.PERIOD_INFERRED: lambda o: o.period_precision == "inferred",
}


def _doubt(reason: Reason, names: tuple[str, str], locale: Locale) -> str:
    both = (reason.first, reason.second)
    doubted = [place for place in (0, 1) if _DOUBTS[reason.code](both[place])]
    key = f"reason.{reason.code}." + ("both" if len(doubted) == 2 else "one")
    is_plain = names == (say("side.first", locale), say("side.second", locale))
    if len(doubted) == 2:
        joined = say("side.and", locale, first=names[0], second=names[1])
        name = say("side.both", locale) if is_plain else joined
    else:
        name = names[doubted[0]]
    spans = [period(both[place], locale, says_inferred=False) for place in doubted]
    return sentence(say(key, locale, a=name, p=spans[0], q=spans[-1]))
