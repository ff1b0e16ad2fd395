"""One follower a machine, beside the web workers: `python -m extract follow`, kept running.

The promise: it is a process of its own, started by a worker and not by gunicorn's master, so that
nothing it does ends the site; of all workers of all servers on one folder, one follower runs; and
it ends when the last process of its server has ended, however that came about.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from dashboard.exports.locks import is_locked, taken
from dashboard.settings import CHECKOUT
from extract.remote.watching import LOCK

__all__ = ["fetch_once", "keep", "lifeline"]

AGAIN_SECONDS = 3.0
"""So soon another is started after one has ended."""
EVERY = "1s"
KEEPER = ".follow.keeper"
FIRST_SECONDS = 600.0


def lifeline() -> int:
    """A descriptor that reads as ended once this process and all it forks are gone.

    The other end stays open in them, and is handed on to no program they start.
    """
    reading, _held = os.pipe()
    return reading


def fetch_once(published: Path) -> bool:
    """Fetch the set shown now, before the first page is asked for; whether that was possible."""
    command = [*_command(published), "--once"]
    try:
        done = subprocess.run(command, cwd=CHECKOUT, timeout=FIRST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def keep(published: Path, line: int) -> None:
    """Keep a follower running, if nobody else does, for as long as this process lives."""
    threading.Thread(target=_kept, args=[published, line], daemon=True).start()


def _kept(published: Path, line: int) -> None:
    """Wait for one's turn to keep it, then keep it; the turn ends with this process."""
    while _turn(published) is None:
        time.sleep(AGAIN_SECONDS)
    while True:
        if not is_locked(published / LOCK):
            command = [*_command(published), "--every", EVERY, "--attached"]
            subprocess.Popen(command, cwd=CHECKOUT, stdin=line).wait()
        time.sleep(AGAIN_SECONDS)


def _turn(published: Path) -> int | None:
    """A descriptor that holds the turn; None while another worker of this machine has it."""
    try:
        published.mkdir(parents=True, exist_ok=True)
        return taken(published / KEEPER)
    except OSError:
        return None


def _command(published: Path) -> list[str]:
    return [sys.executable, "-m", "extract", "follow", "--published", str(published.absolute())]
