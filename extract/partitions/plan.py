"""Which lines go together, and how they are shared out: a matter of the tables alone.

Lines that any rule, or the choice among numbers, looks at together are one component; components
are packed in the order in which they first stand in the tables. One component is never divided,
however large: then its partition is large too. Pure, and in numbers only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extract.partitions.ties import Handles, Ties

__all__ = ["ROWS", "Plan", "planned"]

ROWS = 30_000
"""Lines of a partition, about: a second or two of work, a few megabytes to send."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """Of each file, its lines sorted by partition: `order[starts[k]:starts[k+1]]` go to `parts[k]`.

    `count` is how many partitions there are.
    """

    count: int
    order: tuple[npt.NDArray[np.int32], ...]
    parts: tuple[Numbers, ...]
    starts: tuple[Numbers, ...]

    def lines(self, file: int, part: int) -> Numbers:
        """The lines of a file that go to a partition, ascending."""
        at = int(np.searchsorted(self.parts[file], part))
        if at == len(self.parts[file]) or self.parts[file][at] != part:
            return np.empty(0, np.int64)
        found = self.order[file][self.starts[file][at] : self.starts[file][at + 1]]
        return found.astype(np.int64)


def planned(files: Sequence[Ties], size: int = ROWS) -> Plan:
    """Partitions of about `size` lines; the same tables and size give the same plan, always."""
    nodes, labels = _components(files)
    found = [labels[np.searchsorted(nodes, each.anchors)][each.codes] for each in files]
    part_of = _shared_out(found, len(nodes), size)
    sorted_lines = [_by_part(part_of[each]) for each in found]
    count = int(part_of.max(initial=-1)) + 1
    order, parts, starts = zip(*sorted_lines, strict=True) if sorted_lines else ((), (), ())
    return Plan(count, tuple(order), tuple(parts), tuple(starts))


def _components(files: Sequence[Ties]) -> tuple[Handles, Numbers]:
    """The handles that matter, sorted, and the component of each."""
    empty = np.empty(0, np.uint64)
    pairs = [pair for each in files for pair in (each.edges[:, 0], each.edges[:, 1])]
    nodes = np.unique(np.concatenate([empty, *(each.anchors for each in files), *pairs]))
    repeated = _repeated(np.concatenate([empty, *(each.own for each in files)]))
    nodes = np.union1d(nodes, repeated)
    edges = np.concatenate(
        [np.empty((0, 2), np.uint64), *(each.edges for each in files)]
        + [_own_edges(each, nodes) for each in files]
    )
    left, right = (np.searchsorted(nodes, edges[:, side]) for side in (0, 1))
    return nodes, _labels(len(nodes), left, right)


def _repeated(handles: Handles) -> Handles:
    ordered = np.sort(handles)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def _own_edges(each: Ties, nodes: Handles) -> Handles:
    """Of the lines whose own key something else names, or has too: anchor and key."""
    at = np.searchsorted(nodes, each.own)
    at[at == len(nodes)] = 0
    is_node = nodes[at] == each.own if len(nodes) else np.zeros(len(each.own), bool)
    anchors = each.anchors[each.codes[is_node]]
    return np.column_stack([anchors, each.own[is_node]])


def _labels(count: int, left: Numbers, right: Numbers) -> Numbers:
    """The smallest node each node is connected with: larger roots are hooked to smaller ones."""
    label = np.arange(count)
    while True:
        one, other = label[left], label[right]
        apart = one != other
        if not apart.any():
            return label
        left, right, one, other = left[apart], right[apart], one[apart], other[apart]
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while (label != (above := label[label])).any():
            label = above


def _shared_out(found: Sequence[Numbers], count: int, size: int) -> Numbers:
    """Component → partition, by the components' first lines and how many lines they have."""
    lines = np.concatenate([np.empty(0, np.int64), *found])
    present, first, weights = np.unique(lines, return_index=True, return_counts=True)
    order = np.argsort(first)
    before = np.cumsum(weights[order]) - weights[order]
    numbers = np.unique(before // max(size, 1), return_inverse=True)[1]
    part_of = np.full(count, -1, np.int64)
    part_of[present[order]] = numbers
    return part_of


def _by_part(parts: Numbers) -> tuple[npt.NDArray[np.int32], Numbers, Numbers]:
    order = np.argsort(parts, kind="stable").astype(np.int32)
    present, counts = np.unique(parts, return_counts=True)
    return order, present, np.concatenate([[0], np.cumsum(counts)])
