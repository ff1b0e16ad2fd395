"""The few sentences of the overview: what may be said of the set, each with its citations.

`dashboard.compare.statements` picks what is said; here it is asked of a bounded part of the set,
once a set, and put into words.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence

from dashboard import wording
from dashboard.compare import Code, Observation, Sign, Statement, Topic, statements
from dashboard.filters import Filters
from dashboard.once import once_a_set
from dashboard.pages import choice
from dashboard.pages.desk import Desk, Values
from dashboard.store import Dataset

__all__ = ["said", "spoken_of"]

INDICATORS = 24
OFFICES = 12
ROWS = 4_000

_PLACES = "\ue000\ue001\ue002"
"""Characters of no script: where a number goes in a sentence until it is cut into parts."""
_BLOCKED = frozenset({Topic.APART, Topic.APART_YEARS})


@once_a_set
def spoken_of(dataset: Dataset) -> tuple[Statement, ...]:
    """The statements of a set, on no more than INDICATORS, OFFICES and ROWS of it.

    Indicators: the core ones, then those that most offices report. Offices: those of which most
    reports speak, then in registry order.
    """
    usage = dataset.facts.usage
    core = frozenset(code for code in usage if dataset.indicators[code].is_core)
    lead = core.union(choice.worth_comparing(dataset))
    codes = sorted(
        (code for code in usage if code in lead),
        key=lambda code: (code not in core, -usage[code].offices),
    )[:INDICATORS]
    spoken = dataset.documents.spoken.items()
    areas = tuple(area for area, _ in heapq.nsmallest(OFFICES, spoken, key=lambda told: -told[1]))
    if not codes or not areas:
        return ()
    asked = Filters(indicators=tuple(codes), offices=areas)
    _total, rows = dataset.search((), asked, ROWS)
    return statements(rows, dataset.registry, codes, core)


def said(desk: Desk) -> list[Values]:
    """The sentences: verdict, parts (text, or a number with its citation), and the reasons."""
    lines: list[Values] = []
    cited = 0
    for statement in spoken_of(desk.dataset):
        lines.append(
            {
                "topic": str(statement.topic),
                "verdict": _verdict(desk, statement),
                "parts": _parts(desk, _text(desk, statement), statement.observations, cited),
                "why": _why(desk, statement),
            }
        )
        cited += len(statement.observations)
    return lines


def _verdict(desk: Desk, statement: Statement) -> Values:
    if statement.comparison is not None:
        return desk.chip(statement.comparison.verdict)
    if statement.topic is Topic.RIVALS:
        return desk.code_chip(Code.CONFLICTING, "warns")
    return {"name": desk.t("overview.said.alone"), "css": "base"}


def _why(desk: Desk, statement: Statement) -> str:
    """Every reason against the pair, one sentence each; nothing where there is none."""
    found = statement.comparison
    return desk.reasons(found.verdict) if found is not None and found.verdict.reasons else ""


def _text(desk: Desk, statement: Statement) -> str:
    if statement.comparison is not None:
        return _paired(desk, statement)
    shown = statement.observations
    words: Values = {
        "office": desk.office(shown[0].ref_area)["name"],
        "indicator": _counted(desk, shown[0]),
        "p": wording.period(shown[0], desk.locale),
        "x": _PLACES[0],
    }
    if statement.topic is Topic.ZERO:
        told = zip(shown, _PLACES, strict=False)
        zeros = (f"{wording.period(o, desk.locale)} {place}" for o, place in told)
        words["zeros"] = desk.t("overview.said.joint").join(zeros)
        is_own = any("self_reported" in o.flags for o in shown)
        words["self"] = desk.t("overview.said.self") if is_own else ""
    elif statement.topic is Topic.RIVALS:
        words["y"] = _PLACES[1]
    else:
        words["bounds"] = wording.bounds(shown[0], desk.locale)
    return desk.t(f"overview.said.{statement.topic}", **words)


def _paired(desk: Desk, statement: Statement) -> str:
    """A sentence on two numbers; nothing is computed from them where the verdict blocks."""
    first, second = statement.observations
    found = statement.comparison
    words: Values = {
        "indicator": _counted(desk, first, second),
        "a": desk.office(first.ref_area)["name"],
        "b": desk.office(second.ref_area)["name"],
        "p": wording.period(first, desk.locale),
        "q": wording.period(second, desk.locale),
        "x": _PLACES[0],
        "y": _PLACES[1],
    }
    if found is not None and statement.topic not in _BLOCKED:
        changed = wording.change_words(found.change, desk.locale)
        gap = found.change.gap_years or 0
        words |= {
            "sign": changed.sign,
            "change": changed.text,
            "share": _share(desk, changed.percentage, statement.topic),
            "order": _order(desk, statement, words["a"], changed.text),
            "gap": desk.t("comma") + wording.gap(first.year, second.year, desk.locale)
            if gap > 1
            else "",
        }
    return desk.t(f"overview.said.{statement.topic}", **words)


def _share(desk: Desk, percentage: str, topic: Topic) -> str:
    is_asked = percentage and topic is Topic.CHANGE
    return desk.t("overview.said.share", percentage=percentage) if is_asked else ""


def _order(desk: Desk, statement: Statement, more: str, by: str) -> str:
    """Who has more and by how much, or that this is not known; by convention where it is so."""
    found = statement.comparison
    if found is None or found.order is None or found.change.sign is None:
        return ""
    if found.change.sign is not Sign.INCREASE:
        return wording.order_words(found.order, desk.locale)
    text = desk.t("overview.said.more", office=more, change=by)
    is_soft = found.change.decided_by == "soft"
    return text + (desk.t("overview.said.soft") if is_soft else "")


def _counted(desk: Desk, *shown: Observation) -> str:
    """The indicator, and the variant where all of them count the same one."""
    variants = {desk.variant(o) for o in shown}
    name = desk.indicator(shown[0].indicator)
    if len(variants) == 1 and (variant := variants.pop()):
        return desk.t("overview.said.variant", indicator=name, variant=variant)
    return name


def _parts(desk: Desk, text: str, shown: Sequence[Observation], before: int) -> list[Values]:
    return list(_cut(desk, text, shown, before))


def _cut(desk: Desk, text: str, shown: Sequence[Observation], before: int) -> Iterator[Values]:
    for piece in re.split(f"([{_PLACES}])", text):
        if piece and piece in _PLACES:
            at = _PLACES.index(piece)
            o, number = shown[at], before + at + 1
            yield {
                "text": "",
                "segments": desk.segments(o),
                "number": number,
                "row": o.id,
                "href": desk.address.href(row=o.id),
                "label": desk.t(
                    "overview.said.cite",
                    n=number,
                    office=desk.office(o.ref_area)["name"],
                    period=wording.period(o, desk.locale),
                ),
            }
        elif piece:
            yield {"text": piece}
