"""How offices write a number: 2387余万元, 约30000人次, 1.2万人, 近千人, 几十件.

Each wording rounds the way people round who choose it. What a phrase means is read by the same
machine that the check uses: the bench enters what it reads, and nothing it cannot read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.nation.amounts import TENTHS
from bench.nation.chance import Counts, Shares
from extract.quantity import parse

__all__ = ["EXACT", "NONE", "STYLES", "Phrase", "Style", "chosen", "phrase", "rounded"]

_DIGITS = "零一两三四五六七八九"
_SCALES = ((10_000, "万"), (1000, "千"), (100, "百"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A number as written, and the cells a transcriber enters for it."""

    as_written: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Style:
    """One way of writing: how often, from which amount on, how it rounds, how it is written."""

    name: str
    share: float
    least: int
    rounds: Callable[[Counts], Counts]
    writes: Callable[[int, str], str]
    kinds: frozenset[str] = frozenset({"count"})


def _same(amount: Counts) -> Counts:
    return amount


def _down(amount: Counts, digits: int = 2) -> Counts:
    """To so many leading digits, downwards; below 100 to tens."""
    step = _step(amount, digits)
    return amount // step * step


def _first_digit(amount: Counts) -> Counts:
    return _down(amount, 1)


def _near(amount: Counts) -> Counts:
    step = _step(amount, 2)
    return (amount + step // 2) // step * step


def _up(amount: Counts) -> Counts:
    step = _step(amount, 1)
    return -(-amount // step) * step


def _thousands(amount: Counts) -> Counts:
    return (amount + 500) // 1000 * 1000


def _wan(amount: Counts) -> Counts:
    return amount // 10_000 * 10_000


def _step(amount: Counts, digits: int) -> Counts:
    magnitude = np.floor(np.log10(np.maximum(amount, 1)) + 1e-9).astype(np.int64)
    steps: Counts = 10 ** np.maximum(magnitude - digits + 1, 0)
    return np.where(amount < 100, np.int64(10), steps)


def _in_wan(number: int) -> str:
    """2387万 for 23,870,000, 1.2万 for 12,000."""
    return f"{number / 10_000:.10g}万"


def _in_words(number: int) -> str:
    """三百 for 300, 10万 for 100,000: one leading digit."""
    if number >= 100_000:
        return _in_wan(number)
    scale, word = next((s, w) for s, w in _SCALES if number >= s)
    return f"{_DIGITS[number // scale]}{word}"


def _near_round(number: int, unit: str) -> str:
    """近千人 for 1,000, 近500人 for 500."""
    words = {100: "近百", 1000: "近千", 10_000: "近万"}
    return f"{words.get(number, f'近{number}')}{unit}"


def _some(number: int, unit: str) -> str:
    """几十, 几百, 数千 by magnitude alone."""
    words = ((1000, "数千"), (100, "几百"), (0, "几十"))
    return next(word for least, word in words if number >= least) + unit


_MONEY, _TENTHS = frozenset({"money"}), frozenset({"tenths"})
_ALL = frozenset({"count"}) | _MONEY

NONE = Style("none", 0, 0, _same, lambda _, __: "未发生", frozenset())
"""Nothing happened; also written 0件, as EXACT does."""
EXACT = Style("exact", 1, 0, _same, lambda n, unit: f"{n}{unit}", _ALL)
STYLES: tuple[Style, ...] = (
    EXACT,
    NONE,
    Style("yu", 0.17, 20, _down, lambda n, unit: f"{n}余{unit}"),
    Style("duo", 0.04, 20, _down, lambda n, unit: f"{n}多{unit}"),
    Style("about", 0.08, 20, _near, lambda n, unit: f"约{n}{unit}"),
    Style("close", 0.04, 30, _up, _near_round),
    Style("or_so", 0.015, 20, _near, lambda n, unit: f"{n}{unit}左右"),
    Style("at_least", 0.02, 20, _down, lambda n, unit: f"{n}{unit}以上"),
    Style("over", 0.015, 20, _down, lambda n, unit: f"超{n}{unit}"),
    Style("words", 0.02, 200, _first_digit, lambda n, unit: f"{_in_words(n)}余{unit}"),
    Style("some", 0.01, 20, _first_digit, _some),
    Style("wan", 0.07, 10_000, _thousands, lambda n, unit: f"{_in_wan(n)}{unit}"),
    Style("wan_yu", 0.03, 20_000, _wan, lambda n, unit: f"{_in_wan(n)}余{unit}"),
    Style("yu_wan", 0.4, 20_000, _wan, lambda n, unit: f"{_in_wan(n)[:-1]}余万{unit}", _MONEY),
    Style("in_wan", 0.3, 20_000, _wan, lambda n, unit: f"{_in_wan(n)}{unit}", _MONEY),
    Style("wan_tenth", 0.1, 20_000, _thousands, lambda n, unit: f"{_in_wan(n)}{unit}", _MONEY),
    Style("about_wan", 0.1, 20_000, _wan, lambda n, unit: f"约{_in_wan(n)}{unit}", _MONEY),
    Style("tenths", 1, 0, _same, lambda n, unit: f"{n / 10:.10g}{unit}", _TENTHS),
    Style("about_tenths", 0.2, 0, _same, lambda n, unit: f"约{n / 10:.10g}{unit}", _TENTHS),
)


def kind(unit: str) -> str:
    """money, tenths or count: which styles suit the unit."""
    return "money" if unit == "元" else "tenths" if unit in TENTHS else "count"


def chosen(amount: Counts, turn: Shares, unit: str) -> Counts:
    """The place in STYLES of the wording that each amount gets; `turn` decides, in [0, 1)."""
    own = [(place, style) for place, style in enumerate(STYLES) if kind(unit) in style.kinds]
    usual = next(place for place, style in own if style.share == 1)
    found = np.full(amount.shape, usual, dtype=np.int64)
    reach = 0.0
    for place, style in own:
        if style.share < 1:
            fits = (turn >= reach) & (turn < reach + style.share) & (amount >= style.least)
            found = np.where(fits, place, found)
            reach += style.share
    return np.where((amount == 0) & (turn < 0.5), STYLES.index(NONE), found)


def rounded(amount: Counts, styles: Counts) -> Counts:
    """The number each style writes in place of the amount."""
    result = amount
    for place, style in enumerate(STYLES):
        if style.rounds is not _same:
            result = np.where(styles == place, style.rounds(amount), result)
    return result


def phrase(style: int, number: int, unit: str) -> Phrase:
    """The words and what the machine reads in them; ValueError where it reads another unit."""
    written = STYLES[style].writes(number, unit)
    read = parse(written)
    if read is None or read.unit not in {unit, None}:
        raise ValueError(f"{written!r} 读不出{unit} (does not read as {unit})")
    value = "" if read.value is None else format(read.value.normalize(), "f")
    return Phrase(written, value, unit)
