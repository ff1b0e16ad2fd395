"""Starts the process that makes an export."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from dashboard.settings import CHECKOUT

__all__ = ["launch"]


def launch(own: Path, locks: tuple[int, ...], size: int) -> None:
    """A Python of its own for the export of a folder; it inherits the descriptors that hold the
    locks, and what it writes by the way lies in that folder and goes with it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard.exports.making", str(own.absolute()), str(size)],
        cwd=CHECKOUT,
        env={**os.environ, "TMPDIR": str(own.absolute())},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=locks,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()
