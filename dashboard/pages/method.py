"""Method: from a phrase to a range, how it is drawn, and when two numbers compare."""

from __future__ import annotations

from dashboard import wording
from dashboard.address import PRESETS
from dashboard.compare import Code
from dashboard.compare.intervals import Interval
from dashboard.pages.desk import Desk, Values
from dashboard.view import Content
from extract.quantity import RULES, Quantity, parse

BLOCKING = tuple(Code)[:8]
SECTIONS = ("examples", "drawing", "verdicts", "silence", "rules", "presets", "entry")
EXAMPLES = (
    ("登记志愿者", "130人", ""),
    ("登记志愿者", "300余人", ""),
    ("登记志愿者", "近500人", ""),
    ("登记志愿者", "约350人", ""),
    ("参加活动", "超10万人次", ""),
    ("还在排队的", "不足100户", ""),
    ("发放补贴", "10万余元", ""),
    ("全年火灾", "未发生", ""),
)
"""Invented phrases: the words before the number, the number, the words after it."""
DRAWINGS = (
    *("exact", "interval", "soft", "unbounded", "part", "cumulative"),
    *("unverified", "conflict", "zero", "silent", "gap", "na"),
)
"""Everything that is drawn differently, in the order of the design."""
STATES = ("number", "zero", "silent", "gap", "na")


def content(desk: Desk) -> Content:
    """The page, written from the rule tables themselves."""
    is_zh = desk.locale == "zh"
    values: Values = {
        "notices": desk.notices(),
        "sections": [(name, desk.t(f"method.{name}")) for name in SECTIONS],
        "examples": [_example(desk, *example) for example in EXAMPLES],
        "drawings": [(name, desk.t(f"method.draw.{name}")) for name in DRAWINGS],
        "states": [
            (name, desk.t(f"method.state.{name}"), desk.t(f"method.state.{name}.text"))
            for name in STATES
        ],
        "rules": [
            {
                "id": rule.id,
                "words": "、".join(rule.words_zh) or "—",
                "bounds": rule.bounds_zh if is_zh else rule.bounds_en,
                "example": rule.example,
                "kind": desk.t(f"method.kind.{rule.kind}"),
            }
            for rule in RULES
        ],
        "presets": [
            (desk.t(f"preset.{preset}"), desk.t(f"method.preset.{preset}")) for preset in PRESETS
        ],
        "verdicts": [_verdict(desk, code) for code in Code],
    }
    return Content(desk.t("nav.method"), values)


def _example(desk: Desk, before: str, phrase: str, after: str) -> Values:
    """A phrase read by the rules of today: nothing here is written by hand but the phrase."""
    read = parse(phrase)
    assert read is not None, phrase
    is_zero = read.rule == "R15"
    return {
        "before": before,
        "mark": phrase,
        "after": after,
        "drawing": _drawing(read),
        "bounds": desk.t("state.zero") if is_zero else _bounds(desk, read),
        "rule": f"{read.rule} {read.qualifier}".strip(),
        "kind": desk.t(f"method.kind.{'soft' if 'soft' in _kinds(read) else 'hard'}"),
    }


def _bounds(desk: Desk, read: Quantity) -> str:
    interval = Interval(
        read.lower,
        read.upper,
        read.lower is None or read.lower_open,
        read.upper is None or read.upper_open,
        read.lower_kind,
        read.upper_kind,
    )
    return wording.bounds_of(interval, read.unit or "", desk.locale)


def _kinds(read: Quantity) -> tuple[str, ...]:
    return (read.lower_kind, read.upper_kind)


def _drawing(read: Quantity) -> str:
    """Which of DRAWINGS a reading is shown by."""
    if read.rule == "R15":
        return "zero"
    if read.upper is None:
        return "unbounded"
    if read.lower == read.upper:
        return "exact"
    return "soft" if "soft" in _kinds(read) else "interval"


def _verdict(desk: Desk, code: Code) -> Values:
    blocks = code in BLOCKING
    nature = "ok" if code is Code.OK else "blocks" if blocks else "warns"
    return {
        "verdict": desk.code_chip(code, nature),
        "text": desk.t(f"method.verdict.{code}"),
        "code": str(code),
        "effect": desk.t(f"method.{nature}"),
    }
