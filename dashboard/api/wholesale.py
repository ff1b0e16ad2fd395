"""Every observation as CSV, from the published file: as fast as it can be read, in little memory.

The published observations.csv already has the rows in document order. What a spreadsheet needs is
added on the way: the BOM, CR LF, an apostrophe before text that it would reckon with, the label of
an invented set. A piece of the file that has nothing in it to be guarded, and no line that goes on
within quotes, is passed on as it is; any other is halved until only the rows concerned are left,
and these are written anew.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from dashboard.cabinet import COLUMNS
from dashboard.dataset import STANDARD, Dataset
from dashboard.lines import WORDS
from dashboard.sound import is_ready
from dashboard.twin import BOM, FORMULA, OBSERVED

__all__ = ["ready_made"]

PIECE = 1 << 18
"""Bytes that are looked at together."""
SMALL = 1 << 12
"""Bytes that are written anew rather than halved once more."""
TEXT = "observations.csv"
LINE, QUOTE, RETURN = b"\n", b'"', b"\r"
BEFORE = tuple(b',\n"')
STARTS = tuple("".join(FORMULA).encode())
"""Bytes after which a cell begins, in quotes or not, and with which a formula does."""
IS_TEXT = tuple(COLUMNS[name] in WORDS for name in OBSERVED)


def ready_made(dataset: Dataset) -> Iterator[bytes] | None:
    """The whole set as CSV in pieces; None where there is no published file to take it from, or
    none that was read through yet."""
    if not dataset.is_published or dataset.preset != STANDARD:
        return None
    path = dataset.folder / TEXT
    if not is_ready(path):
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
    except OSError:
        return None
    return _pieces(path, dataset.label.zh) if header == list(OBSERVED) else None


def _pieces(path: Path, label: str) -> Iterator[bytes]:
    ending = _written([["", label]])[:-2].encode() if label else b""
    with path.open("rb") as file:
        file.readline()  # the header: names of ours, which hold no end of a line
        yield (BOM + _written([[*OBSERVED, *(["label"] if label else [])]])).encode()
        for piece in _records(file):
            yield b"".join(_guarded(piece, label, ending + b"\r\n"))


def _records(file: BinaryIO) -> Iterator[bytes]:
    """The file in pieces that end where a record does: a cell in quotes may hold a line's end."""
    rest = b""
    while read := file.read(PIECE):
        rest += read
        end = rest.rfind(LINE) + 1
        while end and rest.count(QUOTE, 0, end) % 2:
            end = rest.rfind(LINE, 0, end - 1) + 1
        if end:
            yield rest[:end]
            rest = rest[end:]
    if rest:
        yield rest + LINE


def _guarded(piece: bytes, label: str, ending: bytes) -> Iterator[bytes]:
    if _is_plain(piece):
        yield piece.replace(LINE, ending)
        return
    middle = _end_of_record(piece, len(piece) // 2)
    if len(piece) <= SMALL or middle == len(piece):
        yield _anew(piece, label)
        return
    yield from _guarded(piece[:middle], label, ending)
    yield from _guarded(piece[middle:], label, ending)


def _is_plain(piece: bytes) -> bool:
    """Whether every line is a record, and no cell begins as a formula would."""
    if RETURN in piece:
        return False
    codes = np.frombuffer(LINE + piece, np.uint8)
    quotes = codes == QUOTE[0]
    if quotes.any() and (np.cumsum(quotes, dtype=np.uint32)[codes == LINE[0]] & 1).any():
        return False  # an end of a line within a cell
    is_before, is_start = _is_among(BEFORE)[codes[:-1]], _is_among(STARTS)[codes[1:]]
    return not bool((is_before & is_start).any())


@cache
def _is_among(codes: tuple[int, ...]) -> NDArray[np.bool_]:
    """Of every byte whether it is one of `codes`."""
    return np.isin(np.arange(256), codes)


def _end_of_record(piece: bytes, near: int) -> int:
    """Where the record ends that holds the byte at `near`."""
    end = piece.find(LINE, near) + 1
    while end and piece.count(QUOTE, 0, end) % 2:
        end = piece.find(LINE, end) + 1
    return end or len(piece)


def _anew(piece: bytes, label: str) -> bytes:
    text = io.StringIO(piece.decode("utf-8"), newline="")
    more = [label] if label else []
    return _written([[*map(_safe, IS_TEXT, row), *more] for row in csv.reader(text)]).encode()


def _safe(is_text: bool, cell: str) -> str:
    return f"'{cell}" if is_text and cell.startswith(FORMULA) else cell


def _written(rows: list[list[str]]) -> str:
    piece = io.StringIO()
    csv.writer(piece, lineterminator="\r\n").writerows(rows)
    return piece.getvalue()
