"""What ties the lines of raw tables to one another, as numbers: which must be looked at together.

A line is held by handles: the document it is of, the unit, its own key, the rows it names. Lines
that share a handle belong together. A handle is a 64-bit hash of what it names, the same in every
process; two that fall together by chance tie lines that need not be, which costs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from extract.contract import ROWS, ForeignKey, Resource, resources

__all__ = ["OFFICES", "Handles", "Ties", "partitioned", "ties"]

OFFICES = "offices"
_ANCHORS = frozenset({ROWS, "documents"})
"""Tables as long as the data: a table that names their lines goes with them."""

Handles = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Ties:
    """The handles of one file's lines.

    `anchors[codes[i]]` is the first handle of line i, `own[i]` its key; `edges` are further
    handles, each as a pair with an anchor.
    """

    anchors: Handles
    codes: npt.NDArray[np.int32]
    own: Handles
    edges: Handles


def partitioned(package: Mapping[str, Any]) -> tuple[Resource, ...]:
    """The tables whose lines are shared out: observations, and what speaks of them."""
    return tuple(
        each
        for each in resources(package)
        if each.name in _ANCHORS or (each.name != OFFICES and _targets(each) & {*_ANCHORS, OFFICES})
    )


def ties(frame: pd.DataFrame, resource: Resource) -> Ties:
    """The handles of a table's lines."""
    own = _handles(frame, resource.primary_key, resource.name)
    keys = [key for key in resource.foreign_keys if _is_followed(key, resource)]
    named = [_named(frame, key, resource) for key in keys]
    first = own
    if named and resource.name != "documents":
        handles, is_there = named[0]
        first = np.where(is_there, handles, own)
    anchors, codes = np.unique(first, return_inverse=True)
    edges = [_distinct(codes[there], anchors, handles[there]) for handles, there in named]
    joined = np.concatenate(edges) if edges else np.empty((0, 2), np.uint64)
    return Ties(anchors, codes.astype(np.int32), own, joined)


def _targets(resource: Resource) -> set[str]:
    return {key.resource or resource.name for key in resource.foreign_keys}


def _is_followed(key: ForeignKey, resource: Resource) -> bool:
    """A unit ties observations, and lines that have nothing nearer to go with."""
    target = key.resource or resource.name
    is_alone = resource.name == ROWS or not _targets(resource) & _ANCHORS
    return target in _ANCHORS or (target == OFFICES and is_alone)


def _named(
    frame: pd.DataFrame, key: ForeignKey, resource: Resource
) -> tuple[Handles, npt.NDArray[np.bool_]]:
    is_there = (frame.loc[:, list(key.fields)] != "").any(axis=1).to_numpy(dtype=bool)
    return _handles(frame, key.fields, key.resource or resource.name), is_there


def _handles(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> Handles:
    """Each line's hash of its cells in those columns; the table's name tells kinds apart."""
    kind = blake2b(name.encode(), digest_size=8).hexdigest()
    cells = frame[columns[0]].astype("str")
    for column in columns[1:]:
        cells = cells.str.cat(frame[column], sep="\x1f")
    handles: Handles = pd.util.hash_array(cells.array, hash_key=kind)
    return handles


def _distinct(codes: npt.NDArray[np.int64], anchors: Handles, handles: Handles) -> Handles:
    """Each pair of anchor and handle once."""
    others, numbers = np.unique(handles, return_inverse=True)
    pairs = np.unique(codes.astype(np.int64) * max(len(others), 1) + numbers)
    left, right = np.divmod(pairs, max(len(others), 1))
    return np.column_stack([anchors[left], others[right]])
