"""Numbers per so many residents, each office's by its own evidence (method §5).

The denominator is the office's own count of residents of the same time: for a stock, of the same
day; for a flow, of a day within its period. Nothing is borrowed from another year or office.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dashboard.compare.intervals import Interval
from dashboard.compare.observation import RATIO_UNITS, Observation
from dashboard.compare.periods import span
from dashboard.compare.registry import Registry
from dashboard.compare.summary import rate
from dashboard.compare.verdicts import Verdict, verdict

__all__ = ["Rate", "rates", "with_residents"]


@dataclass(frozen=True, slots=True)
class Rate:
    """A number divided: `observation` is the number with the rate's bounds in their place.

    It keeps the number's id, period and nature, holds no value, and has no unit of its own.
    """

    observation: Observation
    numerator: Observation
    residents: Observation


def rates(
    numerators: Iterable[Observation], residents: Sequence[Observation], per: Decimal
) -> tuple[Rate, ...]:
    """The numerators that have a denominator of their own, per `per` residents, in their order.

    Shares and growth rates are not divided; nor is anything by residents of another time, or by
    a count that may be zero.
    """
    own: dict[str, list[Observation]] = {}
    for found in residents:
        if found.scope in ("whole", "") and found.status == "result" and found.chosen:
            own.setdefault(found.ref_area, []).append(found)
    made = (_rate(n, own.get(n.ref_area, ()), per) for n in numerators)
    return tuple(found for found in made if found is not None)


def with_residents(first: Rate, second: Rate, judged: Verdict, registry: Registry) -> Verdict:
    """A verdict on two numbers, with what must be said of their counts of residents besides."""
    known = {reason.code for reason in judged.reasons}
    below = verdict(first.residents, second.residents, registry)
    more = [reason for reason in below.reasons if reason.code not in known]
    order = {code: place for place, code in enumerate(type(judged.code))}
    reasons = sorted((*judged.reasons, *more), key=lambda reason: order[reason.code])
    return replace(judged, reasons=tuple(reasons))


def _rate(n: Observation, own: Sequence[Observation], per: Decimal) -> Rate | None:
    if n.unit in RATIO_UNITS:
        return None
    for residents in own:
        if _is_of_the_time(residents, n):
            ratio = rate(n, _of_its_period(residents, n)).interval
            if ratio is not None:
                return Rate(_read_as(n, ratio, per, residents), n, residents)
    return None


def _is_of_the_time(residents: Observation, n: Observation) -> bool:
    first, last = span(n)
    return first is not None and first <= residents.period_end <= last


def _of_its_period(residents: Observation, n: Observation) -> Observation:
    first, last = span(n)
    return replace(residents, window=n.window, period_start=first, period_end=last)


def _read_as(n: Observation, ratio: Interval, per: Decimal, residents: Observation) -> Observation:
    is_sound = n.obs_status == residents.obs_status == "A"
    return replace(
        n,
        value=None,
        lower=None if ratio.lower is None else ratio.lower * per,
        upper=None if ratio.upper is None else ratio.upper * per,
        lower_open=ratio.lower_open,
        upper_open=ratio.upper_open,
        lower_kind=ratio.lower_kind,
        upper_kind=ratio.upper_kind,
        unit="",
        obs_status=n.obs_status if is_sound else "V",
        flags=tuple(dict.fromkeys((*n.flags, *(residents.flags)))),
    )
