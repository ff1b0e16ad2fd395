"""Marks beside a number: its status with the shorthand in square brackets, and what to mind."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard import wording
from dashboard.compare import Observation, State, Verdict
from dashboard.pages.desk import Desk
from dashboard.workbook.looks import (
    NO_DOCUMENT,
    NOT_APPLICABLE,
    SILENT,
    STATED,
    ZERO,
    Look,
)
from dashboard.workbook.sheet import Entry

SHORTHAND: Mapping[str, str] = {
    "V": "[u]",
    "E": "[e]",
    "B": "[b]",
    "Q": "[c]",
    "M": "[z]",
    "L": "[x]",
}
"""Observation status → the shorthand of spreadsheets; verified numbers need none."""
DOUBTFUL = frozenset({"suspect_lost_decimal", "conflicting", "parts_differ", "contradictory"})
"""Flags of numbers that deserve little trust."""
SILENCE = "·"
NOTED = 3
"""Observations that one note tells."""

LOOKS: Mapping[State, Look] = {
    State.NUMBER: STATED,
    State.ZERO: ZERO,
    State.SILENT: SILENT,
    State.NOT_APPLICABLE: NOT_APPLICABLE,
    State.NO_DOCUMENT: NO_DOCUMENT,
}
SIGNS: Mapping[State, str] = {
    State.SILENT: SILENCE,
    State.NOT_APPLICABLE: "[z]",
    State.NO_DOCUMENT: "[x]",
}


def state(desk: Desk, o: Observation) -> Entry:
    """已核对, or 未核对 [u]; [u] also where the source itself gives reason to doubt."""
    sign = SHORTHAND.get(o.obs_status, "")
    if not sign and DOUBTFUL.intersection(o.flags):
        sign = "[u]"
    words = desk.named("obs_status", o.obs_status)
    return Entry(f"{words} {sign}".rstrip())


def standing(desk: Desk, verdict: Verdict | None) -> dict[str, Entry]:
    """How a row compares with the baseline, and the reasons; None is the baseline itself."""
    if verdict is None:
        chip, reasons = wording.baseline_chip(desk.locale), ""
    else:
        chip, reasons = wording.chip(verdict, desk.locale), desk.reasons(verdict)
    return {"verdict": Entry(f"{chip.sign} {chip.text}"), "reasons": Entry(reasons)}


def remarks(desk: Desk, o: Observation) -> str:
    """Names of the flags, what tells this row from others, and corrections that are suspected."""
    found = [desk.t("evidence.return")] if o.is_return else []
    found += [desk.named("flag", flag) for flag in o.flags]
    if not o.chosen:
        found.append(desk.t("workbook.not_chosen"))
    found += [
        desk.t("drawer.correction", reason=row[f"reason_{desk.locale}"])
        for row in desk.dataset.tables["corrections"]
        if row["row"] == o.id
    ]
    return desk.t("workbook.separator").join(found)


def cell(state_of: State) -> Entry:
    """The sign and fill of a state without a number."""
    return Entry(SIGNS[state_of], look=LOOKS[state_of])


def noted(desk: Desk, *observations: Observation) -> str:
    """The evidence of a cell as its note: phrase, report, place, rule; at most `NOTED` of them."""
    told = [_told(desk, o) for o in observations[:NOTED]]
    if (more := len(observations) - len(told)) > 0:
        told.append(desk.t("workbook.noted.more", n=more))
    return "\n\n".join(told)


def _told(desk: Desk, o: Observation) -> str:
    title = desk.dataset.documents[o.document].title
    place = desk.t("workbook.noted.at", document=title, start=o.start, end=o.end)
    if o.is_return:
        place = desk.t("workbook.noted.return", document=title, place=o.place)
    return desk.t("workbook.noted", phrase=o.context, place=place, rule=o.rule, id=o.id)
