"""Files that others made are taken apart by a process of its own, within bounds.

Whatever happens in there (a loop, a flood of memory, a crash of a library) ends as a refusal.
"""

import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.documents.refusals import note, refused
from extract.documents.text import Kind, Place
from extract.problem import Problem

__all__ = ["MEMORY_MB", "SECONDS", "Found", "confined"]

SECONDS = 60
MEMORY_MB = 2048
_PATIENCE = 2  # a busy machine gives a process half of its time
_ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Found:
    """What the process found: the text, its places, and notes."""

    text: str
    places: tuple[Place, ...]
    notes: tuple[Problem, ...]


def confined(file: str, kind: Kind, content: bytes, *, seconds: float = SECONDS) -> Found:
    """The content read by a process of its own. Raises Unreadable.

    It may work for ``seconds`` (where the system counts them; else wait twice as long) and take
    MEMORY_MB.
    """
    command = [sys.executable, "-B", "-m", "extract.documents.child", kind]
    told: dict[str, Any] = {"seconds": math.ceil(seconds), "memory_mb": MEMORY_MB}
    try:
        done = subprocess.run(
            [*command, json.dumps(told)],
            input=content,
            capture_output=True,
            timeout=_PATIENCE * seconds,
            check=False,
            env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"},
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError, UnicodeDecodeError) as reason:
        raise refused(file, "too-hard", seconds=f"{seconds:g}", memory=MEMORY_MB) from reason
    if "refused" in answer:
        raise refused(file, answer["refused"], **answer["facts"])
    places = (Place(start, kind, tuple(numbers)) for start, kind, *numbers in answer["places"])
    notes = (note(file, rule, **facts) for rule, facts in answer["notes"])
    return Found(answer["text"], tuple(places), tuple(notes))
