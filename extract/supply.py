"""What a refresh is given: raw tables, read, and where their rows came from.

The door for sources: whoever gathers and stages deliveries returns a `Supply`, and `refresh`
does the rest.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extract.problem import Problem
from extract.quarantine import Origin

__all__ = ["Supply", "from_folder"]


def _stays() -> Sequence[Problem]:
    return ()


def _there(problem: Problem) -> Problem:
    return problem


def _nothing() -> None:
    return None


def _nobody(_names: Collection[str], _reasons: Sequence[Problem]) -> "Supply | None":
    return None


@dataclass(frozen=True, slots=True)
class Supply:
    """Raw tables to publish; `raw` is a `tables.Raw`, whose `_file` and `_line` name each row.

    `origins` maps `file:line` to the source a row came from (missing: the base tables).
    `problems` are errors about single rows or the set, weighed like those of a check; `told` is
    what sources have to tell beside, which refuses nothing. `placed` gives a problem the place
    where a person can mend it. `moved` is asked once the rows have been worked on: problems if
    they changed meanwhile. `failed` names the sources of which not everything could be taken,
    `states` tells of each for status.json. `without` gives the tables again without the news of
    the sources named (none named: of any), told the reasons; None where that changes nothing.
    `accept` is called once the tables are published.
    """

    raw: Any
    origins: Mapping[str, Origin] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    moved: Callable[[], Sequence[Problem]] = _stays
    told: Sequence[Problem] = ()
    placed: Callable[[Problem], Problem] = _there
    failed: frozenset[str] = frozenset()
    states: Sequence[Mapping[str, Any]] = ()
    without: Callable[[Collection[str], Sequence[Problem]], "Supply | None"] = _nobody
    accept: Callable[[], None] = _nothing

    def sources(self) -> dict[str, str]:
        """Row id → the source it came from; rows of the base tables are not in it."""
        if not self.origins:
            return {}
        rows = self.raw.rows
        wheres = (f"{file}:{line}" for file, line in zip(rows["_file"], rows["_line"], strict=True))
        return {
            name: self.origins[where].source
            for name, where in zip(rows["id"], wheres, strict=True)
            if where in self.origins
        }


def from_folder(folder: Path, read: Callable[[Path], Any]) -> Supply:
    """A folder of raw tables as it stands; tells afterwards if a table was saved meanwhile.

    Raises Unreadable and OSError, as `read` does.
    """
    before = _marks(folder)
    return Supply(read(folder), moved=lambda: _moved(folder, before))


def _marks(raw: Path) -> tuple[tuple[str, int, int], ...]:
    found = ((path.name, path.stat()) for path in sorted(raw.glob("[!.]*")))
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)


def _moved(raw: Path, before: object) -> list[Problem]:
    if _marks(raw) == before:
        return []
    moved = Problem(
        raw.name,
        "changed-while-read",
        "a table was saved while it was being read",
        "finish saving, then refresh again",
        message_zh="读取期间有表格被保存",
        next_step_zh="保存完毕后再更新一次",
    )
    return [moved]
