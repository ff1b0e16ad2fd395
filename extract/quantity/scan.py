"""The two questions one comes here with: which quantities stand in a text, and what is this one.

Both are pure and take time linear in the length of the text; any string has an answer.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from . import context, ends, intervals, nouns, numerals, plain, quick, reading, zeros
from .context import Context
from .intervals import Interval
from .plain import Plain
from .quantity import PartKind, Quantity
from .reading import Draft
from .rules import Preset, preset_named

Scope = Literal["measured", "all"]
DEFAULT_PRESET = "cn-approx-1"
LONGEST_PHRASE = 200


def find(text: str, *, preset: str = DEFAULT_PRESET, scope: Scope = "all") -> list[Quantity]:
    """Every quantity in the text, in order, not overlapping.

    `scope` "measured" is what a report counts or measures: numbers with a measure word, numbers
    whose noun fixes it, percentages and spans of time, and zeros in words (未出现一例, 零上访); not
    dates, ordinals, codes or set phrases. A text that is nothing but one number is that number.
    `scope` "all" adds the plain numerals between these, with their value and no unit: 答案是五,
    1e10, the numbers of a date; not 第三, A4, 一切. Raises ValueError for an unknown preset.
    """
    chosen = preset_named(preset)
    surroundings = Context(text)
    found = _scan(text, chosen, surroundings) or _only_number(text, chosen)
    return _with_plain(text, found, surroundings) if scope == "all" else found


def parse(phrase: str, *, preset: str = DEFAULT_PRESET) -> Quantity | None:
    """The one quantity that spans the whole phrase, else None.

    Unlike `find` it also takes a bare number (unit None) and a bare negation (未出现, 零: R15).
    The share of a growth cannot be told from that of a level here: shares end at 100.
    Raises ValueError for an unknown preset.
    """
    chosen = preset_named(preset)
    if len(phrase) > LONGEST_PHRASE:
        return None
    start = ends.STARTS.search(phrase)
    draft = reading.read(phrase, start.start()) if start else None
    is_whole = draft is not None and (draft.start, draft.end) == (0, len(phrase))
    if zeros.is_zero(phrase) and not (is_whole and draft and draft.unit):
        return _zero(phrase, 0, len(phrase))
    if draft is None or not is_whole or _is_set_phrase(draft):
        return None
    return _quantity(phrase, draft, chosen)


def _scan(text: str, preset: Preset, surroundings: Context) -> list[Quantity]:
    found: list[Quantity] = []
    at = 0
    while match := ends.STARTS.search(text, at):
        begin = match.start()
        quantity, at = _at(text, begin, surroundings, preset)
        if quantity is not None and (not found or found[-1].end <= quantity.start):
            found.append(quantity)
    return found


def _with_plain(text: str, found: list[Quantity], surroundings: Context) -> list[Quantity]:
    """The plain numerals in the gaps between what was found, merged into it."""
    merged: list[Quantity] = []
    at = 0
    for quantity in found:
        merged += _plain_between(text, at, quantity.start, surroundings)
        merged.append(quantity)
        at = quantity.end
    return [*merged, *_plain_between(text, at, len(text), surroundings)]


def _plain_between(text: str, at: int, stop: int, surroundings: Context) -> Iterator[Quantity]:
    first = at
    while match := plain.STARTS.search(text, at, stop):
        found, at = plain.read(text, match.start(), surroundings.masked)
        if found is not None and first <= found.start and found.end <= stop:
            yield _plain(text, found)
            first = found.end


def _at(
    text: str, begin: int, surroundings: Context, preset: Preset
) -> tuple[Quantity | None, int]:
    """The quantity whose numeral begins here, and where to look on."""
    done = quick.read(text, begin, surroundings.masked, preset)
    if done is not None:
        return (None, done) if isinstance(done, int) else (done, done.end)
    end = zeros.read(text, begin)
    if end is not None:
        return _zero(text, begin, end), end
    draft = reading.read(text, begin)
    if draft is None:
        return None, numerals.run_end(text, begin)
    draft = _with_noun(text, draft)
    if _is_measured(draft) and surroundings.admits(draft):
        return _quantity(text, draft, preset), draft.end
    return None, begin + 1 if text[begin] == "数" else max(draft.first.end, begin + 1)


def _with_noun(text: str, draft: Draft) -> Draft:
    if draft.unit is not None:
        return draft
    return draft._replace(unit=nouns.implied(text, draft))


def _is_measured(draft: Draft) -> bool:
    return draft.unit is not None or nouns.is_measured(draft)


def _is_set_phrase(draft: Draft) -> bool:
    """R14: 百, 千, 万 alone say no number."""
    is_alone = draft.first.is_bare and draft.first.end - draft.first.start == 1
    is_one = draft.last is draft.first and draft.parts[0][0] == "number"
    return is_alone and is_one and not draft.words


def _only_number(text: str, preset: Preset) -> list[Quantity]:
    words = text.strip()
    only = parse(words, preset=preset.name) if len(words) <= LONGEST_PHRASE else None
    if only is None or only.unit is not None or only.rule == "R15":
        return []
    shift = text.index(words)
    return [replace(only, start=only.start + shift, end=only.end + shift)]


def _quantity(text: str, draft: Draft, preset: Preset) -> Quantity:
    if draft.is_negated:
        return _built(text, draft, Fraction(0), intervals.zero())
    amount = replace(
        draft.amount, ceiling=_ceiling(text, draft), has_floor=not _is_change(text, draft)
    )
    value = amount.low if amount.form == "exact" else None
    return _built(text, draft, value, intervals.interval(amount, draft.words, preset))


def _ceiling(text: str, draft: Draft) -> Fraction | None:
    is_share = draft.is_fraction or (draft.unit is not None and draft.unit.kind == "share")
    if not is_share or _is_change(text, draft):
        return None
    return Fraction(1 if draft.is_fraction else 100)


def _is_change(text: str, draft: Draft) -> bool:
    kind = draft.unit.kind if draft.unit else None
    if kind in ("points", "degree"):
        return True
    return (kind == "share" or draft.is_fraction) and context.is_growth(text, draft.start)


def _built(text: str, draft: Draft, value: Fraction | None, bounds: Interval) -> Quantity:
    parts = _parts(text, draft)
    words = [words.strip(ends.SPACES) for kind, words in parts if kind == "qualifier"]
    return Quantity(
        start=draft.start,
        end=draft.end,
        text=text[draft.start : draft.end],
        value=None if value is None else intervals.decimal(value),
        lower=None if bounds.lower is None else intervals.decimal(bounds.lower),
        upper=None if bounds.upper is None else intervals.decimal(bounds.upper),
        lower_open=bounds.lower_open,
        upper_open=bounds.upper_open,
        lower_kind=bounds.lower_kind,
        upper_kind=bounds.upper_kind,
        unit=_unit(text, draft),
        rule=bounds.rule,
        qualifier="…".join(words),
        flags=bounds.flags,
        parts=parts,
    )


def _unit(text: str, draft: Draft) -> str | None:
    """The base unit; 块 is a piece where a thing in pieces stands beside it, else the coin."""
    if draft.unit is None:
        return None
    if draft.unit.word == "块" and context.is_of_pieces(text, draft.start, draft.end):
        return draft.unit.word
    return draft.unit.base


def _parts(text: str, draft: Draft | Plain) -> tuple[tuple[PartKind, str], ...]:
    ends = [*(start for _, start in draft.parts[1:]), draft.end]
    return tuple(
        (kind, text[start:end]) for (kind, start), end in zip(draft.parts, ends, strict=True)
    )


def _plain(text: str, found: Plain) -> Quantity:
    value = intervals.decimal(found.value)
    return Quantity(
        start=found.start,
        end=found.end,
        text=text[found.start : found.end],
        value=value,
        lower=value,
        upper=value,
        lower_open=False,
        upper_open=False,
        lower_kind="hard",
        upper_kind="hard",
        unit=found.unit,
        rule="R0",
        qualifier="",
        flags=(),
        parts=_parts(text, found),
    )


def _zero(text: str, start: int, end: int) -> Quantity:
    bounds, words = intervals.zero(), text[start:end]
    return Quantity(
        start=start,
        end=end,
        text=words,
        value=intervals.decimal(Fraction(0)),
        lower=intervals.decimal(Fraction(0)),
        upper=intervals.decimal(Fraction(0)),
        lower_open=False,
        upper_open=False,
        lower_kind="hard",
        upper_kind="hard",
        unit=None,
        rule=bounds.rule,
        qualifier=words,
        flags=bounds.flags,
        parts=(("qualifier", words),),
    )
