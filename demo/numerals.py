"""A true count as a report would write it: exactly, or with 余, 近, 约, 超, 以上, 几 or a range.

Each writer returns the phrase and the value a row must carry: the number as written times its
multiplier, empty for ranges (docs/method.md, a quantity is an interval).
"""

from collections.abc import Callable
from decimal import Decimal

WAN = 10_000


def written(count: int, style: str, measure: str) -> tuple[str, str]:
    """(phrase, value) of a count in base units; styles: exact, over, nearly, about, beyond,
    at_least, between. Counts under 20 are always written exactly."""
    if style == "exact" or count < 20:
        return _wan(count) + measure, str(count)
    return STYLES[style](count, measure)


def money(yuan: int, style: str) -> tuple[str, str]:
    """(phrase, value in 元) of an amount, in 万元; small amounts are written in 元."""
    if yuan < 10 * WAN:
        return f"{yuan}元", str(yuan)
    tenths = yuan // (WAN // 10)
    whole = tenths // 10 - (tenths // 10 % 10 == 0)
    if style == "over":
        return f"{whole}余万元", str(whole * WAN)
    if style == "nearly":
        return f"近{whole + 2}万元", str((whole + 2) * WAN)
    if style == "about":
        return f"约{whole}万元", str(whole * WAN)
    return f"{_plain(Decimal(tenths) / 10)}万元", str(tenths * (WAN // 10))


def _step(count: int) -> int:
    """The round number a clerk would stop at: two digits are kept, one below a hundred."""
    return 10 if count < 100 else int(10 ** (len(str(count)) - 2))


def _floor(count: int) -> int:
    step = _step(count)
    return count // step * step


def _over(count: int, measure: str) -> tuple[str, str]:
    low = _floor(count)
    if low >= WAN:
        return f"{_plain(Decimal(low) / WAN)}万余{measure}", str(low)
    return f"{low}余{measure}", str(low)


def _nearly(count: int, measure: str) -> tuple[str, str]:
    high = _floor(count) + _step(count)
    return f"近{_wan(high)}{measure}", str(high)


def _about(count: int, measure: str) -> tuple[str, str]:
    return f"约{_wan(_floor(count))}{measure}", str(_floor(count))


def _beyond(count: int, measure: str) -> tuple[str, str]:
    return f"超过{_wan(_floor(count))}{measure}", str(_floor(count))


def _at_least(count: int, measure: str) -> tuple[str, str]:
    return f"{_wan(_floor(count))}{measure}以上", str(_floor(count))


def _between(count: int, measure: str) -> tuple[str, str]:
    low = _floor(count)
    return f"{low}至{low + _step(count)}{measure}", ""


def _wan(count: int) -> str:
    """Ten thousands with 万 once they are round enough to be spoken so, else digits."""
    if count >= WAN and count % 100 == 0:
        return f"{_plain(Decimal(count) / WAN)}万"
    return str(count)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


STYLES: dict[str, Callable[[int, str], tuple[str, str]]] = {
    "over": _over,
    "nearly": _nearly,
    "about": _about,
    "beyond": _beyond,
    "at_least": _at_least,
    "between": _between,
}
