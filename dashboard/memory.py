"""What a process that only answers pages does without, and memory that nobody needs any more."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

import pyarrow as pa

__all__ = ["be_lean", "give_back"]

UNUSED = "pandas"
"""Arrow loads it for every list that it is given, to see whether it is a Series: 35 MB, 0.4 s."""
ARENAS_OPTION, ARENAS = -8, 2
"""M_ARENA_MAX of the C library; each thread's own arena would keep what the thread let go of."""


class _Absent(MetaPathFinder):
    """Says of one library that it is not there."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> None:
        if name == UNUSED:
            raise ModuleNotFoundError(f"{name} is not loaded by what answers pages", name=name)


def be_lean() -> None:
    """Make this process, which answers pages and does nothing else, do without what it can.

    Call it before the first set is opened. What Arrow frees goes back to the C library, which
    `give_back` can ask for it.
    """
    if UNUSED not in sys.modules:
        sys.meta_path.insert(0, _Absent())
    pa.set_memory_pool(pa.system_memory_pool())
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(ARENAS_OPTION, ARENAS)


def give_back() -> None:
    """Let go of what a set that was closed, or one that was opened, has left behind.

    The C library keeps what it was given in the arena of each thread; where it can be told to
    give it back, it is.
    """
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
