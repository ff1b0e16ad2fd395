"""Labelled material, a JSON object a line, in two forms.

Clauses: `{"id", "clause", "facts": [{"text", "value", "lower", "upper", "unit", "indicator"}]}`.
A fact has every field; null means none, and its bounds are hard ones only.
Cases: `{"id", "input", "expected": [{"text", "start", "end", "value", …}], "exhaustive", "group"}`.
There null or nothing means "not judged"; bounds and unit are judged where `soft` stands, which
names the soft ones. Where `exhaustive` is false only what is listed is judged.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from extract.evidence import is_cut

__all__ = ["DETECTION_ONLY", "Fact", "Item", "Malformed", "items"]

DETECTION_ONLY = frozenset({"range", "approx_lowerbound"})
"""Groups of cases whose values follow other conventions: only their spans are judged."""


class Malformed(ValueError):  # noqa: N818 - named for what the line is
    """A line that is not labelled material: its number, and what is wrong with it."""

    def __init__(self, line: int, zh: str, en: str) -> None:
        self.line, self.zh, self.en = line, zh, en
        super().__init__(f"{line}: {en}")


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled quantity at text[start:end]; ``judged`` names the aspects that are compared."""

    start: int
    end: int
    text: str
    judged: frozenset[str]
    value: Decimal | None = None
    bounds: tuple[object, ...] = ()
    unit: str | None = None
    indicator: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled clause or case. Only a clause has indicators, so only it asks for a proposal."""

    name: str
    text: str
    facts: tuple[Fact, ...]
    is_clause: bool
    is_exhaustive: bool = True
    group: str = ""


def items(lines: Iterator[str] | Sequence[str]) -> Iterator[Item]:
    """The items of a file's lines; blank lines are passed over. Raises Malformed."""
    for number, line in enumerate(lines, 1):
        if not line.strip("\ufeff \t\r\n"):
            continue
        try:
            said = json.loads(line.lstrip("\ufeff"), parse_float=Decimal, parse_int=Decimal)
            yield _clause(said) if "clause" in said else _case(said)
        except Malformed as reason:
            raise Malformed(number, reason.zh, reason.en) from reason
        except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as reason:
            what = f"{type(reason).__name__}: {reason}"
            raise Malformed(
                number, f"不是标注语句（{what}）", f"not a labelled item ({what})"
            ) from reason


def _clause(said: Mapping[str, Any]) -> Item:
    text = said["clause"]
    facts = tuple(_facts(text, said["facts"]))
    return Item(str(said.get("id", "")), text, facts, is_clause=True)


def _facts(text: str, labelled: Sequence[Mapping[str, Any]]) -> Iterator[Fact]:
    taken: set[int] = set()
    for fact in labelled:
        phrase = fact["text"]
        start = _place(text, phrase, taken)
        taken.add(start)
        yield Fact(
            start,
            start + len(phrase),
            phrase,
            frozenset({"value", "bounds", "unit", "indicator"}),
            _decimal(fact["value"]),
            (_decimal(fact["lower"]), _decimal(fact["upper"])),
            fact["unit"],
            fact["indicator"],
        )


def _place(text: str, phrase: str, taken: set[int]) -> int:
    """The first whole occurrence that is not another fact's; two facts may share the last."""
    places = []
    at = text.find(phrase) if phrase else -1
    while at != -1:
        places.append(at)
        at = text.find(phrase, at + 1)
    whole = [at for at in places if not is_cut(text, at, at + len(phrase))] or places
    if not whole:
        raise Malformed(0, f"“{phrase}”不在语句里", f"'{phrase}' is not in the clause")
    return next((at for at in whole if at not in taken), whole[-1])


def _case(said: Mapping[str, Any]) -> Item:
    group = said.get("group", "")
    facts = tuple(_expected(said["input"], each, group) for each in said["expected"])
    is_exhaustive = said.get("exhaustive", True) is True
    name = str(said.get("id", ""))
    return Item(name, said["input"], facts, False, is_exhaustive, group)


def _expected(text: str, said: Mapping[str, Any], group: str) -> Fact:
    start, end = int(said["start"]), int(said["end"])
    if text[start:end] != said["text"]:
        words = said["text"]
        raise Malformed(0, f"“{words}”不在 {start}–{end}", f"'{words}' is not at {start}–{end}")
    value = None if group in DETECTION_ONLY else _decimal(said.get("value"))
    judged = {"value"} if value is not None else set()
    bounds: tuple[object, ...] = ()
    if "soft" in said:
        judged |= {"bounds", "unit"}
        ends = _decimal(said["lower"]), _decimal(said["upper"])
        opens = said["lower_open"], said["upper_open"]
        kinds = ("lower", "upper") if said["soft"] == "both" else (said["soft"],)
        bounds = (*ends, *opens, *(end in kinds for end in ("lower", "upper")))
    return Fact(start, end, said["text"], frozenset(judged), value, bounds, said.get("unit"))


def _decimal(value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | str):
        raise TypeError(f"{value!r} is no number")
    return Decimal(value)
