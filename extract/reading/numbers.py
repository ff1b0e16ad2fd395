"""The quantities of a text as a report means them: what `find` reads, and what only reports say.

Reports also count without a measure word (3村11社区) and say zero without a numeral
(未发生安全事故, 非接待场所有关人员为零).
"""

from collections.abc import Iterator
from dataclasses import replace

from extract.quantity import Quantity, find, parse
from extract.quantity.patterns import pattern_of

_PLACES = pattern_of(
    r"[0-9０-９](?<![0-9０-９第.．:：-].)[0-9０-９]{0,2}(?=(?:个?行政)?村(?!级|民|口|东|西|南|北|里)|社区|居委会|街道(?!办)|镇(?!级)|乡(?!村|镇))"
)
_DENIED = pattern_of(
    "(?:未|没有|从未|未曾)(?:再)?(?:发生|出现)(?=[^，,。；;\\n0-9一二三四五六七八九十零]{0,12}(?:事故|火点|着火点|事件|案件|病例|疫情))"
)
_NONE = pattern_of("零(?<=为零)(?=[”。，,；;的]|$)")


def numbers(text: str) -> list[Quantity]:
    """All of them, in order, not overlapping."""
    found = list(find(text, scope="measured"))
    taken = bytearray(len(text))
    for quantity in found:
        taken[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
    more = [q for q in _more(text) if not any(taken[q.start : q.end])]
    return sorted([*found, *more], key=lambda quantity: quantity.start) if more else found


def _more(text: str) -> Iterator[Quantity]:
    for pattern, unit in ((_PLACES, "个"), (_DENIED, None), (_NONE, None)):
        for found in pattern.finditer(text):
            quantity = parse(found[0])
            if quantity is not None:
                yield replace(quantity, start=found.start(), end=found.end(), unit=unit)
