"""Memory that nobody needs any more, given back to the system."""

from __future__ import annotations

import ctypes
import gc

import pyarrow as pa

__all__ = ["give_back"]


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
