"""A set that a person chose to show: while pinned.json stands, no refresh publishes over it.

The pin is written before `current` is switched, so that a refresh never undoes a choice whose
second half was killed; whoever finds the two apart finishes the switch.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from extract.disk import write_if_changed

__all__ = ["PIN", "Pin", "lift", "put", "read"]

PIN = "pinned.json"


@dataclass(frozen=True, slots=True)
class Pin:
    """The set to show (`id`), the one left for it, why, who decided, and when (ISO 8601)."""

    id: str
    instead_of: str
    reason: str
    by: str
    since: str


def read(published: Path) -> Pin | None:
    """The pin, or None where nothing is pinned or the file cannot be read."""
    try:
        said = json.loads((published / PIN).read_bytes())
        return Pin(*(str(said[name]) for name in Pin.__slots__))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def put(published: Path, pin: Pin) -> None:
    """Pin a set, in one step. Raises OSError."""
    text = json.dumps(asdict(pin), ensure_ascii=False, indent=1)
    write_if_changed(published / PIN, f"{text}\n".encode(errors="replace"))


def lift(published: Path) -> None:
    """Let refreshes publish again. Raises OSError."""
    (published / PIN).unlink(missing_ok=True)
