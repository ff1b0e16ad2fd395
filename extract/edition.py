"""The next set to publish: the data, what waits, and what changed since the set before.

Sets form a chain: snapshot.json names the predecessor, and changes.csv is against it. The same
data as the set shown now are the same set: nothing is then compared or written anew.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from extract import changes, history, snapshot
from extract.content import Content

__all__ = ["Edition", "next_edition", "predecessor", "same_data"]

CHAIN = (changes.CHANGES, history.SNAPSHOT)
"""The files that say how a set came after another; all others are its data."""

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Edition:
    """The files of a set, and the counts of what changed ({} where nothing did)."""

    files: Mapping[str, Content]
    counts: Mapping[str, int]


def predecessor(published: Path) -> snapshot.Snapshot | None:
    """The set to compare with: the current if it is whole, else the last shown that is."""
    shown = [event.id for event in history.read(published)]
    for name in dict.fromkeys([snapshot.current_id(published), *reversed(shown)]):
        place = published / "snapshots" / (name or "-")
        if name and place.is_dir() and not snapshot.verify(place):
            return snapshot.open_snapshot(published, name)
    return None


def same_data(published: Path, data: Mapping[str, Content]) -> bool:
    """Whether the set shown now holds these data, as far as its manifest can be read."""
    try:
        shown = snapshot.open_current(published)
    except snapshot.DamagedError:
        return False
    if shown is None:
        return False
    listed = tuple(entry for entry in shown.manifest.files if entry.name not in CHAIN)
    return listed == snapshot.manifest_of(data).files


def next_edition(
    published: Path,
    data: Mapping[str, Content],
    before: snapshot.Snapshot | None,
    *,
    released: Mapping[str, str] = MappingProxyType({}),
    sources: Mapping[str, str] = MappingProxyType({}),
) -> Edition:
    """The files to publish: `data` and their place in the chain.

    Of the set shown now that place is kept; where it was damaged it is found again by comparing
    with its own predecessor, so that the set is mended and not replaced. Beside observations that
    lie on disk changes.csv is written there, too.
    """
    if same_data(published, data):
        if kept := _kept(published):
            return Edition({**data, **kept}, {})
        before = _own_predecessor(published, before)
    found = changes.differences(
        before.folder if before else None, data, released=released, sources=sources
    )
    observations = data.get(changes.OBSERVATIONS)
    scratch = observations.parent if isinstance(observations, Path) else None
    told, changed = changes.record(found, scratch)
    about = changes.of(data)
    counts = {
        **changed,
        "waiting": about.pop("waiting"),
        "dropped": about.pop("dropped"),
    }
    if before is None:
        counts["added"] = about["observations"]
    said = {"format": FORMAT, "predecessor": before.id if before else None, **about}
    text = json.dumps({**said, "counts": counts}, ensure_ascii=False, indent=1)
    chain: dict[str, Content] = {changes.CHANGES: told, history.SNAPSHOT: f"{text}\n".encode()}
    return Edition({**data, **chain}, counts)


def _kept(published: Path) -> Mapping[str, bytes]:
    """The chain files of the current set, if they are there and whole."""
    shown = snapshot.open_current(published)
    if shown is None:
        return {}
    try:
        kept = {name: (shown.folder / name).read_bytes() for name in CHAIN}
    except OSError:
        return {}
    listed = {entry for entry in shown.manifest.files if entry.name in CHAIN}
    return kept if listed == set(snapshot.manifest_of(kept).files) else {}


def _own_predecessor(published: Path, before: snapshot.Snapshot | None) -> snapshot.Snapshot | None:
    """What the current set came after, by its last line in the history."""
    current = snapshot.current_id(published)
    events = [e for e in history.read(published) if e.id == current and e.kind == "published"]
    if not events or events[-1].predecessor == current:
        return before
    name = events[-1].predecessor
    place = published / "snapshots" / (name or "-")
    if name is None:
        return None
    return snapshot.open_snapshot(published, name) if not snapshot.verify(place) else before
