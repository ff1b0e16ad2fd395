"""quarantine.csv of a snapshot: the rows that wait, written and read.

Cells are shown, not run and not quoted at length (see extract.cells); the row itself stays in the
table it came from.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from extract import cells, snapshot
from extract.quarantine import Waiting

__all__ = ["COLUMNS", "QUARANTINE", "current", "read", "written"]

QUARANTINE = "quarantine.csv"

COLUMNS = (
    *("table", "source", "file", "line", "rule", "reason_zh", "reason_en"),
    *("depends_on", "carries", "is_dropped", "since", "fingerprint"),
)
"""What follows a row's own columns. `since` is the id of the last set before it began to wait
('' = from the first set on): history.jsonl says when the next one was published."""

_QUOTED = 40
"""Characters of a cell of the row: no more of a report is ever repeated."""


def written(
    waiting: Sequence[Waiting],
    columns: Sequence[str],
    *,
    before: Mapping[str, Mapping[str, str]],
    predecessor: str | None,
) -> bytes:
    """quarantine.csv, sorted by id; `columns` are those of a row, `before` what waited already."""
    lines = []
    for row in sorted(waiting, key=lambda row: (row.id, row.fingerprint)):
        known = before.get(row.id)
        since = known["since"] if known else predecessor or ""
        own = [cells.formula_free(row.cells.get(name, ""), _QUOTED) for name in columns]
        lines.append([*own, *_about(row), since, row.fingerprint])
    return cells.table([*columns, *COLUMNS], lines)


def read(place: Path | bytes) -> dict[str, dict[str, str]]:
    """Row id → its cells, of a snapshot's folder or of the file's bytes; {} where it has none."""
    if isinstance(place, Path):
        try:
            place = (place / QUARANTINE).read_bytes()
        except OSError:
            return {}
    lines = csv.DictReader(io.StringIO(place.decode("utf-8", "replace"), newline=""))
    return {line["id"]: dict(line) for line in lines if line.get("id")}


def current(published: Path) -> dict[str, dict[str, str]]:
    """What waits in the set shown now; raises snapshot.DamagedError where that is not whole."""
    found = snapshot.open_current(published)
    if found is None:
        return {}
    if wrong := snapshot.verify(found.folder):
        raise snapshot.DamagedError("; ".join(wrong))
    return read(found.folder)


def _about(row: Waiting) -> list[str]:
    rules = " ".join(dict.fromkeys(problem.rule for problem in row.reasons))
    zh = "；".join(f"{p.message_zh or p.message}：{p.next_step_zh}" for p in row.reasons)
    en = "; ".join(f"{p.message}: {p.next_step}" for p in row.reasons)
    return [
        row.table,
        row.origin.source,
        row.origin.file,
        str(row.origin.line),
        rules,
        cells.formula_free(zh),
        cells.formula_free(en),
        row.depends_on,
        " ".join(row.carries),
        "true" if row.is_dropped else "false",
    ]
