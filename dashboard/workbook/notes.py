"""What is counted, how wording becomes a range, and when two numbers compare: one table a sheet."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard import wording
from dashboard.compare import Code
from dashboard.pages.desk import Desk
from dashboard.pages.method import BLOCKING
from dashboard.records import Indicator
from dashboard.wording.verdicts import SIGNS
from dashboard.workbook.looks import STRONG
from dashboard.workbook.sheet import Column, Entry, Sheet, texts
from extract.quantity import RULES


def definitions_sheet(desk: Desk, name: str) -> Sheet:
    """Every indicator and its variants: what is counted, and with what it must not be compared."""
    t = desk.t
    return Sheet(
        name=name,
        title=t("workbook.definitions.title"),
        note=t("workbook.definitions.note"),
        unit="",
        columns=(
            Column("family", t("family"), 8, 16),
            Column("indicator", t("indicator"), 12, 26),
            Column("variant", t("variant"), 8, 22),
            Column("definition", t("definition"), 24, 48),
            Column("unit", t("workbook.unit"), 6, 12),
            Column("window", t("drawer.window"), 8, 12),
            Column("polarity", t("workbook.polarity"), 8, 16),
            Column("apart", t("workbook.apart"), 12, 28),
            Column("note", t("note"), 10, 32),
            Column("code", t("workbook.code"), 10, 24),
        ),
        rows=tuple(
            row for found in desk.dataset.indicators.values() for row in _definitions(desk, found)
        ),
        frozen=2,
        back=t("workbook.back"),
        key="definitions",
    )


def rules_sheet(desk: Desk, name: str) -> Sheet:
    """The rules R0 to R15 as the reader of wording applies them."""
    t, is_zh = desk.t, desk.locale == "zh"
    return Sheet(
        name=name,
        title=t("method.rules"),
        note=t("workbook.rules.note", preset=t(f"preset.{desk.dataset.preset}")),
        unit="",
        columns=(
            Column("id", t("rule"), 8, 8),
            Column("words", t("method.words"), 16, 44),
            Column("bounds", t("method.bounds"), 20, 56),
            Column("example", t("method.example"), 12, 24),
            Column("kind", t("method.kind"), 10, 16),
        ),
        rows=tuple(
            texts(
                (
                    rule.id,
                    "、".join(rule.words_zh) or "—",
                    rule.bounds_zh if is_zh else rule.bounds_en,
                    rule.example,
                    t(f"method.kind.{rule.kind}"),
                )
            )
            for rule in RULES
        ),
        back=t("workbook.back"),
        key="rules",
    )


def verdicts_sheet(desk: Desk, name: str) -> Sheet:
    """Every verdict: whether it blocks, and what it means."""
    t = desk.t
    return Sheet(
        name=name,
        title=t("method.verdicts"),
        note=t("method.verdicts.text"),
        unit="",
        columns=(
            Column("verdict", t("workbook.verdict"), 14, 30),
            Column("effect", t("workbook.effect"), 10, 20),
            Column("meaning", t("data.meaning"), 30, 70),
            Column("code", t("workbook.code"), 16, 24),
        ),
        rows=tuple(_verdict(desk, code) for code in Code),
        back=t("workbook.back"),
        key="verdicts",
    )


def _definitions(desk: Desk, found: Indicator) -> Iterator[tuple[Entry, ...]]:
    family = Entry(desk.name(desk.dataset.families[found.family]))
    known = desk.dataset.indicators
    apart = [desk.indicator(code) for code in found.not_comparable_with if code in known]
    rest = texts(
        (
            desk.unit(found.unit),
            desk.named("window", found.window),
            desk.named("polarity", found.polarity),
            desk.t("workbook.joiner").join(apart),
            desk.name(found.note),
            found.code,
        )
    )
    name, definition = Entry(desk.indicator(found.code), look=STRONG), desk.name(found.definition)
    yield (family, name, Entry(""), Entry(definition), *rest)
    for code in found.variants:
        names = desk.dataset.variants[found.code, code]
        yield (
            family,
            Entry(desk.indicator(found.code)),
            Entry(desk.name(names), look=STRONG),
            Entry(""),
            *texts((desk.unit(found.unit), "", "", "", "", f"{found.code}.{code}")),
        )


def _verdict(desk: Desk, code: Code) -> tuple[Entry, ...]:
    nature = "ok" if code is Code.OK else "blocks" if code in BLOCKING else "warns"
    sign = SIGNS[nature]
    return (
        Entry(f"{sign} {wording.verdict_name(code, desk.locale)}", look=STRONG),
        Entry(desk.t(f"method.{nature}")),
        Entry(desk.t(f"workbook.verdict.{code}")),
        Entry(str(code)),
    )
