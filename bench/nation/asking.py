"""The two questions of `engines`, put to an engine in a process and environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.nation import engines
from bench.nation.questions import Questions
from bench.rivals import POLARS, environment

__all__ = ["ENGINES", "engine"]

ENGINES = ("pandas", "polars", "duckdb")
BYTES_A_ROW = 1_400
"""What pandas takes at most while it reads a row of these 43 columns."""


def engine(name: str, published: Path, asked: Questions) -> dict[str, float]:
    """Milliseconds (`open`, `q1`, `q2`) and MiB (`mib`); empty where the machine is too small."""
    if name == "pandas" and asked.rows * BYTES_A_ROW > _free():
        return {}
    python = str(environment(POLARS) / "bin/python") if name == "polars" else sys.executable
    given = json.dumps({"cells": asked.cells, "offices": list(asked.offices)})
    folder = str((published / "current").resolve())
    done = subprocess.run(
        [python, engines.__file__, name, folder, given], check=True, stdout=subprocess.PIPE
    )
    return dict(json.loads(done.stdout))


def _free() -> int:
    """Bytes of memory that can be had."""
    lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    free = next(line for line in lines if line.startswith("MemAvailable"))
    return int(free.split()[1]) * 1024
