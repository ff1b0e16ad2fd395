"""`python -m dashboard.exports.making FOLDER BYTES`: the process that makes one export.

It gives way to everything else on the machine, tells every half second how far it has come, and
ends when it is told to, when nobody looks any more, or when it takes more than it may.
"""

from __future__ import annotations

import errno
import logging
import os
import resource
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dashboard import dataset as sets
from dashboard.exports.room import (
    ABANDONED,
    BOOK,
    OVER,
    Room,
    asked_at,
    asked_in,
    come,
    emptied,
    end,
    seen,
    weight,
)
from dashboard.exports.ticket import Ticket, view_of
from dashboard.store import Store
from dashboard.workbook import workbook
from dashboard.workbook.long import write

__all__ = ["main"]

log = logging.getLogger(__name__)

NICE = 10
EVERY = 0.5
MOST_SECONDS = 1_800
"""Of a processor; nothing that fits a sheet takes as long."""
LARGEST = 4 << 30
"""Bytes that an export may take while it is made."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(slots=True)
class Come:
    """Rows written, of how many, for what was asked when."""

    written: int = 0
    total: int = 0
    at: float = 0.0

    def to(self, written: int, total: int) -> None:
        """Note how far it is."""
        self.written, self.total = written, total


def main(own: Path, size: int) -> int:
    """Make the export of a folder; 0 when its file is there."""
    asked = asked_in(own)
    if asked is None:
        return 1
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    told = Come(0, 0 if asked.is_whole else asked.rows, asked_at(own))
    threading.Thread(target=watch, args=(own, told), daemon=True).start()
    part = own / f"book.{os.getpid()}.part"
    try:
        made(asked, part, told)
        part.replace(own / BOOK)
    except Exception as problem:
        log.exception("export %s", own.name)
        is_full = isinstance(problem, OSError) and problem.errno in NO_ROOM
        if asked_at(own) == told.at:
            end(own, "full" if is_full else "failed")
        return 1
    Room(own.parent, size=size).tidy()
    return 0


def made(asked: Ticket, out: Path, told: Come) -> None:
    """Write the workbook of a ticket."""
    held = sets.read(Path(asked.folder)).with_preset(asked.preset)
    if held.snapshot_id != asked.snapshot:
        raise ValueError(f"{asked.folder} holds {held.snapshot_id}, not {asked.snapshot}")
    view = view_of(asked, held)
    if asked.is_whole:
        store = Store(Path(asked.published), Path(asked.folder))
        out.write_bytes(workbook(held, asked.locale, view=view, store=store))
    else:
        write(held, asked.locale, out, told.to, view)


def watch(own: Path, told: Come) -> None:
    """Tell and look, until the process ends; ends it where nobody wants it any more."""
    while True:
        with suppress(OSError):  # a file that goes while it is looked at, a disk that is full
            look(own, told)
        time.sleep(EVERY)


def look(own: Path, told: Come) -> None:
    """Once."""
    if asked_at(own) != told.at:  # thrown away, or asked for anew
        os._exit(1)
    if (own / OVER).exists():
        emptied(own)
        os._exit(1)
    if time.time() - seen(own) > ABANDONED:
        end(own, "abandoned")
    elif weight(own) > LARGEST:
        end(own, "full")
    else:
        come(own, told.written, told.total)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
