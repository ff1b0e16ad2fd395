"""The same comparison, asked of observations one by one: what the columns must agree with."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dashboard.compare import (
    Code,
    Observation,
    Reason,
    Registry,
    Statistic,
    Verdict,
    baseline,
    groups,
    median,
    ranks,
)

Standing = tuple[int, int, int, str]


class Peer:
    """Rows in their order, each against the baseline, by the functions for observations."""

    def __init__(
        self, rows: Sequence[Observation], registry: Registry, highlighted: str = ""
    ) -> None:
        top: dict[str, Decimal] = {}
        for o in rows:
            top[o.ref_area] = max(top.get(o.ref_area, Decimal(-1)), low(o))
        self.rows = sorted(rows, key=lambda o: (-top[o.ref_area], o.ref_area, -low(o), o.id))
        found = baseline(self.rows, registry, highlighted)
        assert found.observation is not None
        self.base = found.observation
        self.verdicts = {
            o.id: c.verdict for o, c in zip(self.rows, found.comparisons, strict=True) if c
        }
        partition = groups(self.rows, registry)
        self.group = next(g for g in partition if self.base in g)
        self.largest = len(partition[0])
        self.registry = registry

    @property
    def places(self) -> dict[str, Standing]:
        if len(self.group) < 2:
            return {}
        found = ranks(self.group, self.registry)
        return {r.observation.id: (r.best, r.worst, r.n, r.decided_by) for r in found}

    @property
    def median(self) -> Statistic:
        return median(self.group, self.registry)

    @property
    def sound(self) -> int:
        return sum(v.code is Code.OK for v in self.verdicts.values())

    @property
    def alike(self) -> list[str]:
        judged = self.verdicts
        return [o.id for o in self.rows if o.id not in judged or not judged[o.id].blocks]

    @property
    def comparable(self) -> int:
        unblocked = sum(not v.blocks for v in self.verdicts.values())
        return max(unblocked + 1 if unblocked else 0, self.largest if self.largest > 1 else 0)

    @property
    def reasons(self) -> list[Reason]:
        blocked = (v for v in self.verdicts.values() if v.blocks)
        kinds = {(v.code, v.reasons[0].facts): v.reasons[0] for v in blocked}
        return list(kinds.values())[:3]

    @property
    def gravest(self) -> Verdict | None:
        found = self.verdicts.values()
        return min(found, key=lambda v: (not v.blocks, -len(v.reasons)), default=None)

    @property
    def overlapping(self) -> dict[str, int]:
        flagged = [o.ref_area for o in self.rows if "overlapping" in o.flags]
        return {area: flagged.count(area) for area in flagged if flagged.count(area) > 1}


def low(o: Observation) -> Decimal:
    return o.interval.lower or Decimal(0)
