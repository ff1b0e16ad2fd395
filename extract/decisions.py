"""What people decided about rows in quarantine: decisions.csv of the published folder.

A decision holds for the row as it then stood (its fingerprint): once the row is edited, it lapses
and the row is judged anew. The last decision about a row counts; earlier lines stay as a record.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from filelock import FileLock

from extract import cells, journal
from extract.disk import write_if_changed
from extract.problem import Problem
from extract.unreadable import Unreadable

__all__ = ["DECISIONS", "Decision", "decide", "read"]

DECISIONS = "decisions.csv"
COLUMNS = ("id", "decision", "who", "at", "reason", "fingerprint")
PATIENCE_SECONDS = 10

Verdict = Literal["release", "drop"]
_VERDICTS: Mapping[str, Verdict] = MappingProxyType({"release": "release", "drop": "drop"})


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's word about one row: let it through, or keep it out."""

    id: str
    decision: Verdict
    who: str
    at: str
    reason: str
    fingerprint: str


def read(published: Path) -> Mapping[str, Decision]:
    """The decision that counts for each row; {} where none was ever made.

    Raises Unreadable where the file was spoilt: a decision may not be lost in silence.
    """
    return {decision.id: decision for decision in _all(published / DECISIONS)}


def decide(
    published: Path,
    row: tuple[str, str],
    verdict: Verdict,
    *,
    who: str,
    reason: str,
    now: datetime,
) -> Decision:
    """Record a decision about `row` (id, fingerprint), whole or not at all.

    Raises Unreadable, OSError, and filelock.Timeout when others keep the file.
    """
    made = Decision(
        row[0],
        verdict,
        cells.formula_free(who),
        journal.stamp(now),
        cells.formula_free(reason),
        row[1],
    )
    published.mkdir(parents=True, exist_ok=True)
    with FileLock(published / ".decisions.lock", timeout=PATIENCE_SECONDS):
        made_so_far = [*_all(published / DECISIONS), made]
        lines = [[getattr(one, name) for name in COLUMNS] for one in made_so_far]
        write_if_changed(published / DECISIONS, cells.table(COLUMNS, lines))
    return made


def _all(path: Path) -> list[Decision]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise Unreadable([_spoilt(1)]) from None
    lines = csv.DictReader(io.StringIO(text, newline=""))
    return [_decision(line, lines.line_num) for line in lines]


def _decision(line: Mapping[str, str | None], number: int) -> Decision:
    row, verdict, who, at, reason, fingerprint = (line.get(name) for name in COLUMNS)
    verdict = verdict or ""
    if not row or not reason or who is None or at is None or fingerprint is None:
        raise Unreadable([_spoilt(number)])
    if verdict not in _VERDICTS:
        raise Unreadable([_spoilt(number)])
    return Decision(row, _VERDICTS[verdict], who, at, reason, fingerprint)


def _spoilt(line: int) -> Problem:
    return Problem(
        f"{DECISIONS}:{line}",
        "spoilt-decision",
        "this line is not a decision (id, release or drop, who, at, reason, fingerprint)",
        "restore the file from a copy, or remove the line and decide again",
        message_zh="本行不是一条处理决定（编号、release 或 drop、何人、何时、理由、指纹）",
        next_step_zh="从备份恢复该文件，或删去本行后重新决定",
    )
