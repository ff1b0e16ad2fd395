"""Method: the rules that turn wording into ranges, and when two numbers compare."""

from __future__ import annotations

from dashboard.address import PRESETS
from dashboard.compare import Code
from dashboard.pages.desk import Desk, Values
from dashboard.view import Content
from extract.quantity import RULES

BLOCKING = tuple(Code)[:8]


def content(desk: Desk) -> Content:
    """The page, written from the rule tables themselves."""
    is_zh = desk.locale == "zh"
    values: Values = {
        "notices": desk.notices(),
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


def _verdict(desk: Desk, code: Code) -> Values:
    blocks = code in BLOCKING
    nature = "ok" if code is Code.OK else "blocks" if blocks else "warns"
    return {
        "verdict": desk.code_chip(code, nature),
        "code": str(code),
        "effect": desk.t(f"method.{nature}"),
    }
