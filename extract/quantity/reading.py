"""One quantity at one place: number, qualifying words, multiplier and measure word, as written.

`read` looks only at the characters that touch the number. Whether what it read is a quantity in
its sentence (and not a date, an ordinal, a slogan) is asked in `context`.
"""

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from . import ends, numerals, units
from .ends import MOST_SPACES, SPACES, End, skip_spaces
from .intervals import Amount, AmountForm
from .numerals import Numeral
from .patterns import pattern_of
from .quantity import PartKind
from .rules import BARE_OVER, BARE_UP, WORDS, Word
from .units import Unit

LONGEST_LEAD = 12
_BEFORE = sorted((w for w in WORDS if w.position == "before"), key=lambda w: -len(w.text))
LAST_LETTERS = frozenset(word.text[-1] for word in (*_BEFORE, BARE_UP, BARE_OVER))
_BY_LAST = {
    letter: tuple(word for word in _BEFORE if word.text[-1] == letter) for letter in LAST_LETTERS
}
_JOINER = pattern_of(r"[-－–—﹣~～〜]|至|到|与|和")
_BETWEEN = "之间"
CURRENCY = {"￥": "元", "¥": "元", "$": "美元", "＄": "美元", "€": "欧元", "£": "英镑"}
_DOLLARS = {"US": "美元", "HK": "港元", "NT": "新台币"}
CALENDAR = ("年", "月", "周", "天", "日", "季度")
_LASTED = pattern_of("(?:历时|用时|耗时|长达|时长|经过|花了?|持续|等了?|需要?|达|为期|超期)$")
NEGATION = pattern_of(
    "(?:(?:从未|未曾|尚未|未|没有|没)再?(?:出现|发生|新增|产生|发现|接到|收到|引发|造成)过?(?:任何)?"
    "|没有任?何?|无任?何?)$"
)


class Draft(NamedTuple):
    """A quantity as read at text[start:end]; `parts` are (kind, offset) in order.

    `first` and `last` are its numerals (two for a range). `unit` may still be None.
    """

    start: int
    end: int
    parts: tuple[tuple[PartKind, int], ...]
    first: Numeral
    last: Numeral
    amount: Amount
    words: tuple[Word, ...]
    unit: Unit | None
    is_negated: bool = False
    is_fraction: bool = False
    has_power: bool = False

    @property
    def qualifier_offsets(self) -> tuple[int, ...]:
        """Where its qualifying words begin."""
        return tuple(start for kind, start in self.parts if kind == "qualifier")


def read(text: str, start: int) -> Draft | None:
    """The quantity whose numeral begins at `start`, with the words before it; None if none."""
    end = ends.read(text, start)
    if end is None:
        return None
    draft = _range(text, end) or _draft(end)
    return _led(text, draft)


def _range(text: str, left: End) -> Draft | None:
    at = skip_spaces(text, left.end)
    joiner = _JOINER.match(text, at)
    is_more = all(word.rule == "R1" for word in left.words)
    if joiner is None or not is_more or left.numeral.form != "exact":
        return None
    begin = skip_spaces(text, joiner.end())
    if begin >= len(text) or not numerals.START.match(text, begin):
        return None
    right = ends.read(text, begin)
    if right is None or right.numeral.form != "exact":
        return None
    right = _same_measure(left, right)
    if right is not None and joiner[0] in ("与", "和"):
        right = _between(text, right)
    return None if right is None else _joined(left, right, at)


def _between(text: str, right: End) -> End | None:
    """10与20人之间 is a range; 10与20人 are two numbers."""
    if right.words or not text.startswith(_BETWEEN, right.end):
        return None
    return right.then("joiner", right.end, right.end + len(_BETWEEN))


def _same_measure(left: End, right: End) -> End | None:
    if left.unit is None:
        return right
    if right.unit is None and left.unit.kind == "share" and left.parts[0][0] == "unit":
        return right._replace(unit=left.unit)
    return right if right.unit and right.unit.base == left.unit.base else None


def _joined(left: End, right: End, at: int) -> Draft | None:
    low, high = _in_base(left).low, _in_base(right).high
    if left.unit is None and not left.is_fraction:
        low = _carried(left, right)
    if low > high:
        return None
    amount = replace(
        _amount(right, "range"), low=Fraction(low), high=Fraction(high), low_open=bool(left.words)
    )
    draft = _draft(right)
    return draft._replace(
        start=left.parts[0][1],
        parts=(*left.parts, ("joiner", at), *right.parts),
        first=left.numeral,
        amount=amount,
    )


def _carried(left: End, right: End) -> Fraction:
    """The left end under the multiplier and the unit of the right: 2至3万元."""
    unit = right.unit.multiplier if right.unit else Fraction(1)
    tail = right.numeral.tail if not right.has_power else right.scale
    grown = left.low * Fraction(10**tail)
    if not left.numeral.scale and not left.numeral.tail and grown <= right.high:
        return grown * unit
    if left.numeral.tail < 4 <= tail and not left.numeral.scale and grown <= right.high:
        return grown * unit
    return left.low * unit


def _in_base(end: End) -> End:
    factor = _factor(end)
    return end._replace(low=end.low * factor, high=end.high * factor)


def _factor(end: End) -> Fraction:
    if end.unit is None or end.parts[0][0] == "unit":
        return Fraction(1)
    return end.unit.multiplier


def _amount(end: End, form: AmountForm) -> Amount:
    factor = _factor(end)
    return Amount(
        low=Fraction(end.low * factor),
        high=Fraction(end.high * factor),
        high_open=end.numeral.high_open,
        form=form,
        scale=Fraction(1 if end.has_power else 10**end.numeral.scale),
        unit_scale=factor,
    )


def _draft(end: End) -> Draft:
    return Draft(
        start=end.parts[0][1],
        end=end.end,
        parts=end.parts,
        first=end.numeral,
        last=end.numeral,
        amount=_amount(end, end.numeral.form),
        words=end.words,
        unit=end.unit,
        is_fraction=end.is_fraction,
        has_power=end.has_power,
    )


def _led(text: str, draft: Draft) -> Draft:
    """The draft with what stands before its number: sign, currency, qualifying word, negation."""
    draft = _currency(text, _signed(text, draft))
    word, start = _leading_word(text, draft)
    if word is not None and not _is_recent(text, draft, word, start):
        parts: tuple[tuple[PartKind, int], ...] = (("qualifier", start), *draft.parts)
        return draft._replace(start=start, parts=parts, words=(word, *draft.words))
    return _negated(text, draft)


def _signed(text: str, draft: Draft) -> Draft:
    at, amount = draft.start - 1, draft.amount
    if at < 0 or amount.form != "exact" or not amount.low or not _is_sign(text, at, draft):
        return draft
    rest = draft.parts if draft.parts[0][0] == "unit" else draft.parts[1:]
    parts: tuple[tuple[PartKind, int], ...] = (("number", at), *rest)
    negative = replace(amount, low=-amount.low, high=-amount.high)
    return draft._replace(start=at, parts=parts, amount=negative)


def _is_sign(text: str, at: int, draft: Draft) -> bool:
    before = text[at - 1 : at]
    if text[at] in "负負":
        return before not in tuple("抱背担肩胜自承辜")
    if text[at] not in "-－−" or (before.isalnum() and not _is_han(before)):
        return False
    kind = draft.unit.kind if draft.unit else None
    return at == 0 or (kind in ("share", "degree", "points") and before not in tuple("-－—−"))


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _currency(text: str, draft: Draft) -> Draft:
    symbol = text[draft.start - 1 : draft.start]
    if symbol not in CURRENCY or (draft.unit is not None and draft.unit.kind != "money"):
        return draft
    at = draft.start - 1
    country = text[max(0, at - 2) : at] if symbol == "$" else ""
    at -= 2 if country in _DOLLARS else 0
    unit = draft.unit or units.UNITS[_DOLLARS.get(country, CURRENCY[symbol])]
    return draft._replace(start=at, parts=(("unit", at), *draft.parts), unit=unit)


def _leading_word(text: str, draft: Draft) -> tuple[Word | None, int]:
    end = draft.start
    while end > 0 and draft.start - end < MOST_SPACES and text[end - 1] in SPACES:
        end -= 1
    if text[max(0, end - 1) : end] not in LAST_LETTERS:
        return None, draft.start
    word, start = lead(text, end, _bare_words(text, draft))
    return (None, draft.start) if word is None else (word, start)


def lead(text: str, end: int, others: tuple[Word, ...] = ()) -> tuple[Word | None, int]:
    """The qualifying word that ends at `end`, and where it begins; `others` are asked last."""
    for word in (*_BY_LAST.get(text[end - 1], ()), *others):
        start = end - len(word.text)
        if start >= 0 and text.startswith(word.text, start):
            is_other = start > 0 and text[start - 1] in word.not_after
            return (None, end) if is_other else (word, start)
    return None, end


def _is_recent(text: str, draft: Draft, word: Word, start: int) -> bool:
    """近三年 is the last three years; 历时近三年 is a little less than three."""
    is_span = draft.unit is not None and draft.unit.base in CALENDAR
    return is_span and word.text == "近" and not _LASTED.search(text[max(0, start - 4) : start])


def _bare_words(text: str, draft: Draft) -> tuple[Word, ...]:
    """上 and 过 qualify only 百, 千, 万 that have no digit before them."""
    is_power = text[draft.first.start] in numerals.MULTIPLIERS and draft.first.has_multiplier
    if not is_power or draft.words or draft.first.low < 100:
        return ()
    return (BARE_UP, BARE_OVER)


def _negated(text: str, draft: Draft) -> Draft:
    is_one = draft.amount.form == "exact" and draft.first.low == 1 and not draft.words
    if not is_one or draft.unit is None or draft.unit.kind != "count" or draft.has_power:
        return draft
    found = NEGATION.search(text[max(0, draft.start - LONGEST_LEAD) : draft.start])
    if found is None:
        return draft
    start = draft.start - len(found[0])
    parts: tuple[tuple[PartKind, int], ...] = (("qualifier", start), *draft.parts)
    return draft._replace(start=start, parts=parts, is_negated=True)
