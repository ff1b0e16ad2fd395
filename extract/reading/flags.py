"""What a person should look at twice before entering a number."""

from decimal import Decimal

from extract.quantity import Quantity
from extract.quantity.patterns import pattern_of

from .clauses import Scope

_EACH = pattern_of("各(?:为|有|达|约|近)?$")
_PER_PERSON = pattern_of(
    "(?:每(?:人|户|名|位|餐|份|客|次|亩|月每人|人每[月年天日])|人均|户均)[^，,。；;]{0,8}$"
)
_AREA_DIGITS = 6


def flags(text: str, quantity: Quantity, scope: Scope) -> tuple[str, ...]:
    """The quantity's own flags and those its surroundings give."""
    before = text[max(scope.left, scope.start - 12) : scope.start]
    found = quantity.flags
    if "各" in before and _EACH.search(before):
        found = (*found, "distributive")
    if ("每" in before or "均" in before) and _PER_PERSON.search(before):
        found = (*found, "per_person")
    if _lost_decimal(quantity):
        found = (*found, "suspect_lost_decimal")
    return tuple(dict.fromkeys(found)) if found else found


def same_event(text: str, before: Quantity, after: Quantity) -> bool:
    """Two measures of one event: 154批、354人次, 811户1695人."""
    if before.unit == after.unit or after.start - before.end > 2:
        return False
    return text[before.end : after.start] in ("", "、", "、共", "共", "，共", ",共")


def goes_on(text: str, before: Quantity, after: Quantity, is_rate: bool) -> bool:
    """A rate goes on through a list: 每餐补贴3元、80岁以上4元."""
    if not is_rate or before.unit != after.unit:
        return False
    return after.start - before.end < 16 and text.startswith("、", before.end, after.start)


def _lost_decimal(quantity: Quantity) -> bool:
    """An area of six digits and more, to the square metre, written without 万."""
    if quantity.unit != "平方米" or quantity.value is None or quantity.rule != "R0":
        return False
    digits = quantity.text.rstrip("平方米㎡²m2 ")
    is_plain = digits.isdecimal() and len(digits) >= _AREA_DIGITS
    return is_plain and quantity.value % Decimal(10) != 0
