"""Rows against a baseline: which it is, how many compare with it, who stands where.

What `dashboard.compare` says of observations is said here of columns: a rule is asked once for
all rows of one kind. Rows of the baseline's own area, or of one that it followed or gave way to,
are judged one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.compare import Code, Observation, Rank, Reason, Registry, Statistic, Verdict
from dashboard.compare.groups import Bounds, Codes, places_of, ranked_with, settled
from dashboard.compare.summary import median_of_middles
from dashboard.wide.columns import Columns
from dashboard.wide.ends import Mask
from dashboard.wide.kinship import Kinship

__all__ = ["Ground", "Judge", "Lineup", "lineup"]

Judge = Callable[[Observation, Observation], Verdict]
MOST_REASONS = 3
"""Reasons that a note tells."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Rows to put in a line, and what judges them."""

    columns: Columns
    registry: Registry
    kin: Kinship
    judge: Judge


@dataclass(frozen=True, eq=False)
class Lineup:
    """The rows of a question, each against the baseline."""

    columns: Columns
    judge: Judge
    known: dict[int, Observation]
    """Rows read whole, by their places."""
    samples: tuple[Observation, ...]
    """A row of each kind."""
    groups: Codes
    """The group of each row; nothing blocks within one."""
    base: int
    """The place of the baseline."""
    verdicts: tuple[Verdict, ...]
    """What is said of a row of each kind, and of those judged by themselves."""
    said: Codes
    """Which of the verdicts each row has; -1 for the baseline."""

    @property
    def baseline(self) -> Observation:
        """What the others are compared with."""
        return self.known[self.base]

    @cached_property
    def group(self) -> Mask:
        """The rows that may be ranked with the baseline, itself among them."""
        return np.asarray(self.groups == self.groups[self.base])

    @cached_property
    def ranked(self) -> int:
        """How many rows have a rank; none has one by itself."""
        n = int(self.group.sum())
        return n if n > 1 else 0

    @cached_property
    def alike(self) -> Mask:
        """The baseline and what nothing blocks against it."""
        return ~np.append(self._blocks, False)[self.said]

    @cached_property
    def sound(self) -> int:
        """How many compare with the baseline without reservation."""
        return self._count(np.array([v.code is Code.OK for v in self.verdicts], dtype=bool))

    @cached_property
    def comparable(self) -> int:
        """How many compare with the baseline, itself counted, or else with one another."""
        unblocked = self._count(~self._blocks)
        largest = int(np.bincount(self.groups).max())
        return max(unblocked + 1 if unblocked else 0, largest if largest > 1 else 0)

    @cached_property
    def _bounds(self) -> tuple[Bounds, Bounds]:
        """Those of the group: as the wordings allow them, and as hard bounds alone do."""
        ends = self.columns.ends
        return ends.believed.of(self.group), ends.certain.of(self.group)

    @cached_property
    def _blocks(self) -> Mask:
        return np.array([v.blocks for v in self.verdicts], dtype=bool)

    def _count(self, wanted: Mask) -> int:
        counts = np.bincount(self.said[self.said >= 0], minlength=len(self.verdicts))
        return int(counts[wanted].sum())

    def read(self, rows: Codes) -> list[Observation]:
        """Rows as values; those once read are kept."""
        missing = np.array([row for row in rows.tolist() if row not in self.known], dtype=np.int64)
        if len(missing):
            self.known.update(zip(missing.tolist(), self.columns.read(missing), strict=True))
        return [self.known[row] for row in rows.tolist()]

    def read_on(self, rows: Codes) -> Iterator[tuple[Observation, Rank | None]]:
        """Rows as values with their ranks, one after the other; none is kept."""
        found = self.columns.read(rows)
        return zip(found, self._ranks(rows, found), strict=True)

    def verdict(self, o: Observation) -> Verdict | None:
        """A row against the baseline; None for the baseline itself."""
        return None if o.id == self.baseline.id else self.judge(self.baseline, o)

    def ranks(self, rows: Codes) -> list[Rank | None]:
        """The place of each row within the baseline's group; None for one that has none."""
        return self._ranks(rows, self.read(rows))

    def _ranks(self, rows: Codes, found: Sequence[Observation]) -> list[Rank | None]:
        is_ranked = self.group[rows] if self.ranked else np.zeros(len(rows), dtype=bool)
        own = (np.cumsum(self.group) - 1)[rows[is_ranked]]
        believed, certain = (
            zip(*(place.tolist() for place in places_of(bounds, own)), strict=True)
            for bounds in self._bounds
        )
        places = zip(believed, certain, strict=True)
        return [
            _rank(o, *next(places), self.ranked) if has_rank else None
            for o, has_rank in zip(found, is_ranked.tolist(), strict=True)
        ]

    def median(self) -> Statistic:
        """The median of the baseline's group."""
        believed, certain = map(self.columns.ends.middle, self._bounds)
        return median_of_middles(believed, certain, int(self.group.sum()))

    def reasons(self, among: Codes) -> list[Reason]:
        """One reason of each sort that is the first to block a row, as the last such row has it;
        sorts in the order in which `among`, rows in their order, bring them."""
        blocking = among[~self.alike[among]]
        sorts: dict[object, int] = {}
        sort_of = [
            sorts.setdefault((v.code, v.reasons[0].facts), len(sorts)) if v.blocks else -1
            for v in self.verdicts
        ]
        told = np.array(sort_of, dtype=np.int64)[self.said[blocking]]
        _, first = np.unique(told, return_index=True)
        _, last = np.unique(told[::-1], return_index=True)
        rows = blocking[::-1][last][np.argsort(first)]
        found = (self.verdict(o) for o in self.read(rows[:MOST_REASONS]))
        return [v.reasons[0] for v in found if v is not None]

    def gravest(self, among: Codes) -> Verdict | None:
        """The verdict that blocks, else that has most reasons, of the first such row."""
        judged = among[self.said[among] >= 0]
        if not len(judged):
            return None
        weight = np.array([(not v.blocks, -len(v.reasons)) for v in self.verdicts])
        order = np.lexsort((weight[:, 1], weight[:, 0]))
        place = np.empty_like(order)
        for at, number in enumerate(order.tolist()):
            before = order[at - 1] if at else number
            same = at and (weight[before] == weight[number]).all()
            place[number] = place[before] if same else at
        worst = place[self.said[judged]]
        return self.verdict(self.read(judged[worst == worst.min()][:1])[0])


def lineup(ground: Ground, highlighted: str = "", ahead: Sequence[int] = ()) -> Lineup:
    """The rows, of which there is at least one, against the highlighted office's row or else the
    first of the largest group. Rows `ahead` are read along with those that are needed."""
    columns = ground.columns
    first = _first_of_each(columns.likeness)
    own = _rows_of(columns, highlighted)
    wanted = np.unique(np.concatenate([first, own, np.asarray(ahead, dtype=np.int64)]))
    known = dict(zip(wanted.tolist(), columns.read(wanted), strict=True))
    samples = tuple(known[row] for row in first.tolist())
    groups = _groups(ground, samples)
    base = _base(columns, groups, own)
    if base not in known:
        known[base] = columns.read(np.array([base]))[0]
    verdicts, said = _said(ground, samples, known[base], base)
    return Lineup(columns, ground.judge, known, samples, groups, base, verdicts, said)


def _first_of_each(numbers: Codes) -> Codes:
    """The place of the first of each number, by number."""
    first = np.full(int(numbers.max(initial=-1)) + 1, -1)
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    return first[first >= 0]


def _rank(o: Observation, place: tuple[int, int], sure: tuple[int, int], n: int) -> Rank:
    return Rank(o, *place, n, "hard" if place == sure else "soft")


def _rows_of(columns: Columns, ref_area: str) -> Codes:
    number = pc.index(columns.codes, ref_area).as_py() if ref_area else -1
    return np.flatnonzero(columns.areas == number) if number >= 0 else np.array([], dtype=np.int64)


def _groups(ground: Ground, samples: Sequence[Observation]) -> Codes:
    """The group of each row: by its kind, but for rows of one line, which stand apart."""
    columns, registry = ground.columns, ground.registry
    keys: dict[object, int] = {}
    numbers = [keys.setdefault(ranked_with(o, registry), len(keys)) for o in samples]
    firsts = [samples[numbers.index(number)] for number in range(len(keys))]
    is_own = [ranked_with(replace(o, id=f"{o.id}'"), registry) not in keys for o in firsts]
    alone = [is_own[number] for number in numbers]
    groups = np.array(numbers, dtype=np.int64)[columns.likeness]
    is_alone = np.array(alone, dtype=bool)[columns.likeness]
    groups[is_alone] = len(keys) + np.arange(int(is_alone.sum()))
    rivals = np.flatnonzero(_may_be_kin(columns, groups, ground.kin) & ~is_alone)
    if len(rivals):
        _set_apart(columns, registry, groups, rivals)
    return groups


def _may_be_kin(columns: Columns, groups: Codes, kin: Kinship) -> Mask:
    """Rows whose area has another row in the group, or belongs to a line."""
    found = kin.are_linked(columns.codes)[columns.areas]
    if not columns.are_apart:
        pairs = groups * len(columns.codes) + columns.areas
        _, place, counts = np.unique(pairs, return_inverse=True, return_counts=True)
        found |= counts[place] > 1
    return np.asarray(found)


def _set_apart(columns: Columns, registry: Registry, groups: Codes, rivals: Codes) -> None:
    """Give those that the first group does not admit a later one. Whom nobody rivals is admitted,
    and keeps nobody out."""
    sorted_rivals = _by_lower_bound(columns, rivals)
    more, place = int(groups.max()) + 1, dict[tuple[int, int], int]()
    for group in np.unique(groups[sorted_rivals]).tolist():
        own = sorted_rivals[groups[sorted_rivals] == group]
        for row, number in zip(
            own.tolist(),
            settled((columns.area(row) for row in own.tolist()), registry),
            strict=True,
        ):
            if number:
                groups[row] = more + place.setdefault((group, number), len(place))


def _by_lower_bound(columns: Columns, rows: Codes) -> Codes:
    lower, ids = columns.ends.believed.lower[rows], columns.ids.take(pa.array(rows))
    order = pc.sort_indices(
        pa.table({"lower": lower, "id": ids}),
        sort_keys=[("lower", "descending"), ("id", "ascending")],
    )
    return np.asarray(rows[np.asarray(order)])


def _base(columns: Columns, groups: Codes, own: Codes) -> int:
    """The first row of the largest group; of those of the highlighted office, if it has any."""
    sizes = np.bincount(groups)
    candidates = np.unique(groups[own]) if len(own) else np.arange(len(sizes))
    largest = candidates[sizes[candidates] == sizes[candidates].max()]
    first = _first(columns, np.flatnonzero(np.isin(groups, largest)))
    if not len(own):
        return first
    return _first(columns, own[groups[own] == groups[first]])


def _first(columns: Columns, rows: Codes) -> int:
    """The row with the largest lower bound, then the first id."""
    lower = columns.ends.believed.lower[rows]
    tied = rows[lower == lower.max()]
    ids = columns.ids.take(pa.array(tied)).to_pylist() if len(tied) > 1 else [""]
    return int(tied[ids.index(min(ids))])


def _said(
    ground: Ground, samples: Sequence[Observation], baseline: Observation, base: int
) -> tuple[tuple[Verdict, ...], Codes]:
    """The verdicts, and which of them each row has."""
    columns = ground.columns

    def judged(row: int) -> Verdict:
        alike, own = samples[int(columns.likeness[row])], columns.ids[row].as_py()
        if alike.id != own:
            alike = replace(alike, id=own, ref_area=columns.area(row))
        return ground.judge(baseline, alike)

    is_kin = _kin_of(ground, baseline.ref_area)
    others = np.flatnonzero(~is_kin)
    first = others[_first_of_each(columns.likeness[others])]
    verdicts = [judged(row) for row in first.tolist()]
    place = np.zeros(len(samples), dtype=np.int64)
    place[columns.likeness[first]] = np.arange(len(first))
    said = place[columns.likeness]
    is_kin[base], said[base] = False, -1
    for row in np.flatnonzero(is_kin).tolist():
        said[row] = len(verdicts)
        verdicts.append(judged(row))
    return tuple(verdicts), said


def _kin_of(ground: Ground, ref_area: str) -> Mask:
    """Rows of an area, and of those that it followed or that followed it."""
    columns = ground.columns
    linked = columns.codes.filter(pa.array(ground.kin.are_linked(columns.codes))).to_pylist()
    line = [area for area in linked if ground.registry.is_lineage(area, ref_area)]
    numbers = pc.is_in(columns.codes, pa.array([ref_area, *line], pa.string()))
    return np.asarray(numbers).astype(bool)[columns.areas]
