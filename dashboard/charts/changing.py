"""Changes as intervals around zero, their ends as everywhere; words where none is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.grammar import MARGIN, Ticks, number, value_axis
from dashboard.compare import Interval, Observation

DASH = 0.03
AXIS = "y2"

Point = tuple[float, float, str]
"""Where a mark stands, and the observation that it opens."""


@dataclass(frozen=True, slots=True)
class Step:
    """A change to `second`; without an interval `words` say that there is none."""

    first: Observation
    second: Observation
    interval: Interval | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """How a line's marks look, and how far they stand beside their year."""

    colour: str
    symbol: str
    shift: float
    half: float = 2 * DASH
    """Half the length of a dashed end, in years."""


def changes(steps: Sequence[Step], marked: Marked, ticks: Ticks) -> Iterator[go.Scatter]:
    """Marks of one line's changes, each over the later year."""
    colour, shift = marked.colour, marked.shift
    drawn = [(s.interval, s.second.year + shift, s.second.id) for s in steps if s.interval]
    wide = [(i, x, row) for i, x, row in drawn if not i.is_exact]
    low, high = span(ticks)
    for i, x, row in wide:
        ends = (low if i.lower is None else number(i.lower), _upper(i, high))
        yield _line([(x, end, row) for end in ends], colour, "solid", 2)
    yield from _soft(wide, marked)
    hard = list(_hard_ends(wide))
    exact = [(x, number(i.lower), row) for i, x, row in drawn if i.is_exact]
    yield from _marks(exact, colour, {"symbol": marked.symbol, "size": 9})
    rings = [point for point, is_open in hard if is_open]
    yield from _marks(rings, colour, {"symbol": "circle", "size": 7, "color": "var(--surface)"})
    closed = [point for point, is_open in hard if not is_open]
    yield from _marks(closed, colour, {"symbol": "line-ew", "size": 12})
    up = [(x, high, row) for i, x, row in wide if i.upper is None]
    yield from _marks(up, colour, {"symbol": "triangle-up", "size": 9})
    down = [(x, low, row) for i, x, row in wide if i.lower is None]
    yield from _marks(down, colour, {"symbol": "triangle-down", "size": 9})
    yield from _words([s for s in steps if s.interval is None], shift)


def span(ticks: Ticks) -> tuple[float, float]:
    """The lowest and the highest tick, where marks without an end stop."""
    return min(ticks.values), max(ticks.values)


def step_axis(ticks: Ticks) -> dict[str, Any]:
    """The axis of changes: zero is its line."""
    low, high = span(ticks)
    pad = (MARGIN - 1) * (high - low) * 2 or 1.0
    return {**value_axis(ticks), "range": [low - pad, high + pad], "automargin": True}


def _hard_ends(wide: Sequence[tuple[Interval, float, str]]) -> Iterator[tuple[Point, bool]]:
    for i, x, row in wide:
        if i.lower is not None and i.lower_kind == "hard":
            yield (x, number(i.lower), row), i.lower_open
        if i.upper is not None and i.upper_kind == "hard":
            yield (x, number(i.upper), row), i.upper_open


def _soft(wide: Sequence[tuple[Interval, float, str]], marked: Marked) -> Iterator[go.Scatter]:
    for i, x, row in wide:
        for end, kind in ((i.lower, i.lower_kind), (i.upper, i.upper_kind)):
            if end is not None and kind == "soft":
                ends = [(x - marked.half, number(end), row), (x + marked.half, number(end), row)]
                yield _line(ends, marked.colour, "3px,3px", 2.5)


def _words(blocked: Sequence[Step], shift: float) -> Iterator[go.Scatter]:
    """What is not computed has its words at the zero line, and no mark."""
    if blocked:
        yield go.Scatter(
            mode="text",
            x=[step.second.year + shift for step in blocked],
            y=[0.0] * len(blocked),
            yaxis=AXIS,
            text=[step.words for step in blocked],
            textposition="top center",
            textfont={"size": 12, "color": "var(--ink)"},
            customdata=[step.second.id for step in blocked],
            hoverinfo="skip",
            cliponaxis=False,
        )


def _line(points: Sequence[Point], colour: str, dash: str, width: float) -> go.Scatter:
    return go.Scatter(
        mode="lines",
        x=[x for x, _, _ in points],
        y=[y for _, y, _ in points],
        yaxis=AXIS,
        line={"color": colour, "width": width, "dash": dash},
        hoverinfo="skip",
        cliponaxis=False,
    )


def _marks(points: Sequence[Point], colour: str, marker: dict[str, Any]) -> Iterator[go.Scatter]:
    if not points:
        return
    yield go.Scatter(
        mode="markers",
        x=[x for x, _, _ in points],
        y=[y for _, y, _ in points],
        yaxis=AXIS,
        customdata=[row for _, _, row in points],
        hoverinfo="none",
        cliponaxis=False,
        marker={"color": colour, **marker, "line": {"color": colour, "width": 2}},
    )


def _upper(interval: Interval, high: float) -> float:
    return high if interval.upper is None else number(interval.upper)
