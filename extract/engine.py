"""DuckDB for what does not fit into memory: it sorts and compares, and spills beside the work."""

from pathlib import Path

import duckdb

from extract.content import header

__all__ = ["MEMORY", "connected", "quoted", "table"]

MEMORY = "400MB"
"""What it may take of memory; reading and writing take about as much again."""
THREADS = 2
BUFFER = 4_000_000
LONGEST = 1_000_000
"""Bytes of a text that are read at once, and of its longest row."""


def connected(spill: Path, *, is_ordered: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection whose temporary files lie in `spill`.

    `is_ordered`: rows come in the order of the file they are read from.
    """
    connection = duckdb.connect(
        config={
            "threads": THREADS,
            "memory_limit": MEMORY,
            "temp_directory": str(spill),
            "preserve_insertion_order": is_ordered,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("SET enable_progress_bar = false")
    return connection


def table(path: Path) -> str:
    """A CSV of ours as what may follow FROM: every cell text, null where it is empty. OSError."""
    given = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header(path))
    return (
        f"read_csv({quoted(path)}, columns = {{{given}}}, header = true, delim = ',', "
        "quote = '\"', escape = '\"', nullstr = '', auto_detect = false, "
        f"buffer_size = {BUFFER}, max_line_size = {LONGEST})"
    )


def quoted(text: object) -> str:
    """A literal of a statement: a path, a column or a label of ours, never a reader's word."""
    return "'" + str(text).replace("'", "''") + "'"
