"""Sorted runs of changes, to be merged: short ones stay in memory, long ones lie in one file.

The file has no name: it is gone with the process, whatever ends that.
"""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO

from extract.change import Change

__all__ = ["Runs"]

SHORT = 1_000
BLOCK = 200
"""Changes that are written, and read again, together."""


class Runs:
    """Keeps runs; `scratch` is the folder of the file, any temporary one if None.

    Raises OSError.
    """

    def __init__(self, scratch: Path | None = None) -> None:
        self._scratch = scratch
        self._file: IO[bytes] | None = None
        self._open = ExitStack()

    def __enter__(self) -> "Runs":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _reason: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def keep(self, run: Sequence[Change]) -> Iterable[Change]:
        """The same changes in the same order, to be read once."""
        if len(run) <= SHORT:
            return run
        if self._file is None:
            own = TemporaryFile(dir=self._scratch)  # noqa: SIM115 - closed with the runs
            self._file = self._open.enter_context(own)
        places = []
        for start in range(0, len(run), BLOCK):
            places.append(self._file.seek(0, 2))
            pickle.dump(run[start : start + BLOCK], self._file)
        return self._read(self._file, places)

    @staticmethod
    def _read(file: IO[bytes], places: Iterable[int]) -> Iterator[Change]:
        for place in places:
            file.seek(place)
            yield from pickle.load(file)
