"""A base table's rows as they stand, for staging: nothing in them is made plain or judged."""

from extract import unreadable
from extract.contract import Resource
from extract.sources import decode, delimited
from extract.sources.rules import Refused

__all__ = ["stood"]


def stood(file: str, content: bytes, resource: Resource) -> list[tuple[int, tuple[str, ...]]]:
    """Line and cells of each row, in the contract's columns; raises Refused where ragged."""
    text, notes = decode.text(file, content)
    records = delimited.grid(file, text, notes, resource.columns).records
    header = list(records[0][1])
    wanted = [name for name in resource.columns if name not in resource.optional]
    if missing := [name for name in wanted if name not in header]:
        raise Refused(unreadable.missing_column(file, missing))
    order = [header.index(name) if name in header else None for name in resource.columns]
    rows: list[tuple[int, tuple[str, ...]]] = []
    for line, cells in records[1:]:
        if len(cells) != len(header):
            raise Refused(unreadable.ragged_line(file, line, len(cells), len(header)))
        rows.append((line, tuple("" if at is None else cells[at] for at in order)))
    return rows
