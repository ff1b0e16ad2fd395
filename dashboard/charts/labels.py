"""Words at points, moved up until none lies on another of the same year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

HEIGHT = 16
"""Pixels a line of words takes."""
ABOVE, BESIDE = 8, 12
"""Pixels between a point and the words above it, or beside it."""
OUTWARD = 14
"""Pixels by which words at the first and the last year reach past their point."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words at the point (x, y), the second line under the first; `edge` is -1 at the first year,
    1 at the last."""

    year: int
    x: float
    y: float
    words: str
    name: str
    is_beside: bool
    edge: int = 0


def labels(
    found: Iterable[Label], span: Sequence[float], pixels: float
) -> Iterator[dict[str, Any]]:
    """Annotations for `found`, on an axis of `span` values and `pixels` height."""
    per_pixel = (span[1] - span[0]) / pixels
    reached: dict[int, float] = {}
    for label in sorted(found, key=lambda label: (label.year, label.y)):
        lines = [text for text in (label.name, f"<b>{label.words}</b>" * bool(label.words)) if text]
        room = HEIGHT * len(lines)
        wanted = label.y / per_pixel + (-room / 2 if label.is_beside else ABOVE)
        low = max(wanted, reached.get(label.year, wanted))
        reached[label.year] = low + room
        yield _annotation(label, lines, low - label.y / per_pixel)


def _annotation(label: Label, lines: Sequence[str], rise: float) -> dict[str, Any]:
    anchors = {-1: "left", 0: "center", 1: "right"}
    return {
        "x": label.x,
        "y": label.y,
        "xanchor": "left" if label.is_beside else anchors[label.edge],
        "xshift": BESIDE if label.is_beside else OUTWARD * label.edge,
        "yanchor": "bottom",
        "yshift": round(rise, 1),
        "text": "<br>".join(lines),
        "align": "left" if label.is_beside else anchors[label.edge],
        "showarrow": False,
        "font": {"size": 12, "color": "var(--ink)"},
    }
