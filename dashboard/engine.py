"""DuckDB connections that read the files of one folder, and can do nothing else, ever."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

__all__ = ["locked", "quoted"]

THREADS = 2
GIVING_BACK = {
    "allocator_flush_threshold": "1MB",
    "allocator_bulk_deallocation_flush_threshold": "1MB",
}
"""What is freed goes back to the system at once: a little slower, and nothing is held."""


def locked(
    folder: Path,
    memory: str,
    spill: Path | None = None,
    *,
    also: Sequence[Path] = (),
    threads: int = THREADS,
    is_ordered: bool = False,
    gives_back: bool = False,
) -> duckdb.DuckDBPyConnection:
    """A connection that may read `folder` and `also`, write `spill` if given, and nothing else.

    `is_ordered`: rows come in the order of the file they are read from. `gives_back`: for work
    that is long and not in a hurry, so that little memory stays with it.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": memory,
        "temp_directory": "",
        **(GIVING_BACK if gives_back else {}),
    }
    connection = duckdb.connect(":memory:", config=config)
    places = dict.fromkeys([folder, *also, *([spill] if spill else [])])
    allowed = ", ".join(quoted(f"{place}/") for place in places)
    spilling = [f"SET temp_directory = {quoted(spill)}"] if spill else []
    for setting in (
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET enable_progress_bar = false",
        f"SET preserve_insertion_order = {str(is_ordered).lower()}",
        "SET GLOBAL parquet_metadata_cache = true",
        *spilling,
        f"SET allowed_directories = [{allowed}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(setting)
    return connection


def quoted(text: object) -> str:
    """A literal of a statement: a path, a column or a label of ours, never a reader's word."""
    return "'" + str(text).replace("'", "''") + "'"
