"""Change, order, rank, statistics and the five states in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from dashboard.compare import (
    Cell,
    Change,
    Code,
    Interval,
    Kind,
    Order,
    Rank,
    Refusal,
    Sign,
    State,
    Statistic,
)
from dashboard.wording.bounds import bounds_of
from dashboard.wording.numbers import digits, percent, rounded, signed_amount
from dashboard.wording.quantities import counted_in
from dashboard.wording.verdicts import verdict_name
from dashboard.wording.words import Locale, say, sentence

_BETWEEN_OFFICES = {Sign.INCREASE: "more", Sign.DECREASE: "fewer", Sign.UNCHANGED: "same"}


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """A change in words; `sign` and `percentage` are '' where there is none, `note` says why."""

    sign: str
    text: str
    percentage: str
    note: str


def change_words(change: Change, locale: Locale) -> ChangeWords:
    """Sign, interval and percentage of a change, or that it is not computed and why.

    Within one office a number grows or falls; between two offices one has more or fewer; two
    numbers of one office and period are two statements.
    """
    if change.refusal is not None:
        return ChangeWords("", refused(change.refusal, locale), "", "")
    if change.interval is None or change.sign is None:
        return ChangeWords("", say("no_percentage.same_period", locale), "", "")
    is_one_office = change.first.ref_area == change.second.ref_area
    words = _change_text(change.interval, change.sign, counted_in(change.second), locale)
    text = words[0 if is_one_office else 1]
    share = "" if change.percentage is None else percentage_words(change.percentage, locale)
    note = change.no_percentage
    return ChangeWords(
        sign_words(change.sign, locale, change.decided_by, is_one_office=is_one_office),
        text,
        share,
        "" if note is None else say(f"no_percentage.{note}", locale),
    )


def refused(code: Code, locale: Locale) -> str:
    """What stands in a change cell beside a blocking verdict: 不计算：单位不同."""
    return say("change.refused", locale, reason=verdict_name(code, locale).lower())


def sign_words(
    sign: Sign,
    locale: Locale,
    decided_by: Kind | None = "hard",
    *,
    is_one_office: bool = True,
) -> str:
    """▲ 增, ▼ 减, ＝ 持平, ？ 无法判断; between two offices ▲ 多, ▼ 少, ＝ 一样多.

    按约定 (by convention) is added where an assumed bound decides.
    """
    code = str(sign) if is_one_office else _BETWEEN_OFFICES.get(sign, str(sign))
    return _marked(say(f"sign.{code}", locale), decided_by, locale)


def percentage_words(ratio: Interval, locale: Locale) -> str:
    """A percentage, or two rounded outward so that the interval holds: +20%至+30%."""
    if ratio.is_exact and ratio.lower is not None:
        return percent(ratio.lower)
    if ratio.lower is None:
        return ""
    low = percent(ratio.lower, outward=-1)
    if ratio.upper is None:
        return say("percent.at_least", locale, low=low)
    return say("percent.between", locale, low=low, high=percent(ratio.upper, outward=1))


def ratio_words(ratio: Interval, locale: Locale) -> str:
    """A computed ratio to three figures, its ends rounded outward: 0.5—0.534, 0.5以上."""
    shown = outward(ratio)
    low, high = shown.lower or Decimal(0), shown.upper
    if high is None:
        return say("ratio.at_least", locale, low=digits(low, locale))
    if low == high:
        return digits(low, locale)
    return say("ratio.between", locale, low=digits(low, locale), high=digits(high, locale))


def outward(ratio: Interval) -> Interval:
    """A computed interval to three figures, wide enough to hold the one computed."""
    if ratio.is_exact and ratio.lower is not None:
        nearest = rounded(ratio.lower, _places(ratio.lower))
        return replace(ratio, lower=nearest, upper=nearest)
    low, high = ratio.lower, ratio.upper
    return replace(
        ratio,
        lower=None if low is None else rounded(low, _places(low), -1),
        upper=None if high is None else rounded(high, _places(high), 1),
    )


def _places(value: Decimal) -> int:
    """Decimals that leave three figures."""
    return max(0, 2 - value.adjusted()) if value else 0


def order_words(order: Order, locale: Locale) -> str:
    """高于, 低于, 相等, or 区间重叠，先后不明."""
    return _marked(say(f"order.{order.relation}", locale), order.decided_by, locale)


def rank_words(rank: Rank, locale: Locale) -> str:
    """第2位, 第2–4位; 按约定 where assumed bounds narrow the place."""
    key = "rank.one" if rank.best == rank.worst else "rank.range"
    text = say(key, locale, best=rank.best, worst=rank.worst)
    return _marked(text, rank.decided_by, locale)


def statistic_words(statistic: Statistic, unit: str, locale: Locale) -> str:
    """A mean, a median or a sum with its n, or why there is none."""
    if statistic.interval is None:
        return refusal_words(statistic.refusal or Refusal.NOTHING, locale)
    text = bounds_of(statistic.interval, unit, locale)
    return say("noted", locale, text=text, note=say("statistic.n", locale, n=statistic.n))


def refusal_words(refusal: Refusal, locale: Locale) -> str:
    """Why a statistic is not computed."""
    return say(f"refusal.{refusal}", locale)


def reports(n: int, of: int, locale: Locale) -> str:
    """5个办事处中3个有数据."""
    return say("reports", locale, n=n, of=of)


def state_words(cell: Cell | State, locale: Locale, *, long: bool = False) -> str:
    """The name of one of the five states; the long form explains zero and silence."""
    state = cell.state if isinstance(cell, Cell) else cell
    if isinstance(cell, Cell) and cell.is_self_reported:
        return say("state.zero.self_reported", locale)
    is_explained = long and state in (State.ZERO, State.SILENT)
    return say(f"state.{state}.long" if is_explained else f"state.{state}", locale)


def _marked(text: str, decided_by: Kind | None, locale: Locale) -> str:
    if decided_by != "soft":
        return text
    return say("noted", locale, text=text, note=say("assumed", locale))


def _change_text(interval: Interval, sign: Sign, unit: str, locale: Locale) -> tuple[str, str]:
    """The change within one office, and the same as a difference between two."""
    if sign is Sign.UNCHANGED:
        return say("change.unchanged", locale), say("change.same", locale)
    if sign is Sign.UNDETERMINED:
        text = _across_zero(interval, unit, locale)
        return text, text
    is_up = sign is Sign.INCREASE
    size = bounds_of(interval if is_up else _turned(interval), unit, locale)
    within, between = ("increase", "more") if is_up else ("decrease", "less")
    if not interval.is_exact:
        between += ".range"
    return say(f"change.{within}", locale, bounds=size), say(
        f"change.{between}", locale, bounds=size
    )


def _turned(interval: Interval) -> Interval:
    return replace(
        interval,
        lower=None if interval.upper is None else -interval.upper,
        upper=None if interval.lower is None else -interval.lower,
        lower_open=interval.upper_open,
        upper_open=interval.lower_open,
        lower_kind=interval.upper_kind,
        upper_kind=interval.lower_kind,
    )


def _across_zero(interval: Interval, unit: str, locale: Locale) -> str:
    low = "" if interval.lower is None else signed_amount(interval.lower, unit, locale)
    high = "" if interval.upper is None else signed_amount(interval.upper, unit, locale)
    key = {(True, True): "between", (True, False): "at_least", (False, True): "at_most"}
    text = say(f"change.{key.get((bool(low), bool(high)), 'anything')}", locale, low=low, high=high)
    note = _open_ends(interval)
    if not note:
        return sentence(text)
    return say("noted", locale, text=sentence(text), note=say(f"change.{note}", locale))


def _open_ends(interval: Interval) -> str:
    is_low = interval.lower is not None and interval.lower_open
    is_high = interval.upper is not None and interval.upper_open
    if is_low and is_high:
        return "both_open"
    return "lower_open" if is_low else "upper_open" if is_high else ""
