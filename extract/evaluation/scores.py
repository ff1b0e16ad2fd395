"""Matching what was read with what was labelled, and counting."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from extract.evaluation.labelled import Fact, Item
from extract.quantity import Quantity
from extract.reading import Candidate

__all__ = ["ASPECTS", "Count", "Failure", "Scores", "judged", "scored"]

ASPECTS = ("quantity", "exact", "value", "bounds", "unit", "indicator")
_SPELLED = frozenset("0123456789０１２３４５６７８９〇零一二三四五六七八九十百千万亿两几半数")
_LONG = 10
"""Labels with so many digits are rounded numbers: one third as 0.3333333333."""

Found = Candidate | Quantity


@dataclass(frozen=True, slots=True)
class Count:
    """Of one aspect: labelled, read, and read rightly; among matched pairs, compared and right."""

    labelled: int = 0
    read: int = 0
    right: int = 0
    compared: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.labelled + other.labelled,
            self.read + other.read,
            self.right + other.right,
            self.compared + other.compared,
        )

    @property
    def precision(self) -> float:
        """Of what was read, the share that is right; 1 where nothing was read."""
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        """Of what is labelled, the share that was read rightly; 1 where nothing is labelled."""
        return self.right / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.labelled + self.read
        return 2 * self.right / total if total else 1.0

    @property
    def share(self) -> float:
        """Of the matched pairs that were compared, the share that is equal."""
        return self.right / self.compared if self.compared else 1.0


@dataclass(frozen=True, slots=True)
class Failure:
    """One difference: which aspect, what was expected, what was read ('' for nothing)."""

    item: str
    aspect: str
    text: str
    expected: str
    read: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts by aspect, of all items and by group; every failure in the order of the items."""

    counts: Mapping[str, Count]
    groups: Mapping[str, Mapping[str, Count]] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()


def scored(judgements: Iterable[tuple[Item, Mapping[str, Count], Sequence[Failure]]]) -> Scores:
    """Add up what `judged` said of every item."""
    total = dict.fromkeys(ASPECTS, Count())
    groups: dict[str, dict[str, Count]] = {}
    failures: list[Failure] = []
    for item, counts, wrong in judgements:
        of_group = groups.setdefault(item.group, dict.fromkeys(ASPECTS, Count()))
        for aspect, count in counts.items():
            total[aspect] += count
            of_group[aspect] += count
        failures.extend(wrong)
    return Scores(total, groups if set(groups) != {""} else {}, tuple(failures))


def judged(item: Item, found: Sequence[Found]) -> tuple[Mapping[str, Count], list[Failure]]:
    """What was read in one item against its facts: counts by aspect, and the failures."""
    pairs = _matched(item, found)
    facts = {pair[0] for pair in pairs}
    heard = {pair[1] for pair in pairs}
    extra = [i for i in range(len(found)) if i not in heard and item.is_exhaustive]
    matched = [(item.facts[fact], found[at]) for fact, at in pairs]
    exact = sum((fact.start, fact.end) == (each.start, each.end) for fact, each in matched)
    read = len(matched) + len(extra)
    counts = {
        "quantity": Count(len(item.facts), read, len(matched), len(matched)),
        "exact": Count(len(item.facts), read, exact, len(matched)),
        **{name: _count(name, item, matched, len(extra)) for name in ("value", "bounds", "unit")},
        "indicator": _indicators(item, matched, [found[i] for i in extra]),
    }
    missed = [fact for i, fact in enumerate(item.facts) if i not in facts]
    return counts, list(_failures(item, matched, missed, [found[i] for i in extra]))


def _matched(item: Item, found: Sequence[Found]) -> list[tuple[int, int]]:
    """Pairs (fact, read), one to one: equal spans first, then by the digits they share."""
    shared = [
        (
            (fact.start, fact.end) != (each.start, each.end),
            -_digits(item.text[max(fact.start, each.start) : min(fact.end, each.end)]),
            i,
            at,
        )
        for i, fact in enumerate(item.facts)
        for at, each in enumerate(found)
        if fact.start < each.end and each.start < fact.end
    ]
    pairs: dict[int, int] = {}
    for apart, digits, i, at in sorted(shared):
        if (digits or not apart) and i not in pairs and at not in pairs.values():
            pairs[i] = at
    return sorted(pairs.items())


def _digits(text: str) -> int:
    return sum(char in _SPELLED for char in text)


def _count(aspect: str, item: Item, matched: Sequence[tuple[Fact, Found]], extra: int) -> Count:
    pairs = [(fact, each) for fact, each in matched if aspect in fact.judged]
    labelled = sum(aspect in fact.judged for fact in item.facts)
    right = sum(_is_equal(aspect, fact, each) for fact, each in pairs)
    return Count(labelled, len(pairs) + extra, right, len(pairs))


def _indicators(item: Item, matched: Sequence[tuple[Fact, Found]], extra: Sequence[Found]) -> Count:
    """Facts with an indicator, candidates with one, and those where both have the same."""
    if not item.is_clause:
        return Count()
    read = [_indicator(each) for _, each in matched] + [_indicator(each) for each in extra]
    right = sum(_indicator(each) == fact.indicator is not None for fact, each in matched)
    return Count(
        sum(fact.indicator is not None for fact in item.facts),
        sum(code is not None for code in read),
        right,
        sum(fact.indicator is not None for fact, _ in matched),
    )


def _indicator(each: Found) -> str | None:
    return each.indicator if isinstance(each, Candidate) else None


def _is_equal(aspect: str, fact: Fact, each: Found) -> bool:
    return _said(aspect, fact) == _heard(aspect, fact, each)


def _said(aspect: str, fact: Fact) -> object:
    return getattr(fact, aspect)


def _heard(aspect: str, fact: Fact, each: Found) -> object:
    """What was read, in the form of the label."""
    if aspect == "bounds":
        return _bounds(fact, each)
    if aspect == "value":
        return _as_precise(each.value, fact.value)
    return _indicator(each) if aspect == "indicator" else each.unit


def _bounds(fact: Fact, each: Found) -> tuple[object, ...]:
    """Both ends: the hard ones only beside a clause, with openness and softness beside a case."""
    soft = each.lower_kind == "soft", each.upper_kind == "soft"
    if len(fact.bounds) == 2:
        return (None if soft[0] else each.lower, None if soft[1] else each.upper)
    return (each.lower, each.upper, each.lower_open, each.upper_open, *soft)


def _as_precise(read: Decimal | None, label: Decimal | None) -> Decimal | None:
    """What was read, rounded like a label with so many digits that it is a rounded number."""
    if read is None or label is None:
        return read
    digits = len(label.normalize().as_tuple().digits)
    if digits < _LONG:
        return read
    with localcontext(prec=digits, rounding=ROUND_HALF_EVEN):
        return +read


def _failures(
    item: Item,
    matched: Sequence[tuple[Fact, Found]],
    missed: Sequence[Fact],
    extra: Sequence[Found],
) -> Iterator[Failure]:
    for fact in missed:
        yield Failure(item.name, "quantity", item.text, fact.text, "")
    for each in extra:
        yield Failure(item.name, "quantity", item.text, "", each.text)
        if _indicator(each) is not None:
            yield Failure(item.name, "indicator", item.text, "", f"{each.text}: {_indicator(each)}")
    for fact, each in matched:
        for aspect in ("value", "bounds", "unit", "indicator"):
            if aspect in fact.judged and not _is_equal(aspect, fact, each):
                said, heard = _said(aspect, fact), _heard(aspect, fact, each)
                shown = f"{fact.text}: {_shown(said)}", f"{each.text}: {_shown(heard)}"
                yield Failure(item.name, aspect, item.text, *shown)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
