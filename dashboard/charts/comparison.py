"""Numbers of offices side by side: a bar to the lower bound, paler to the upper, ends by nature.

Down the page a comparison counts in rows; the browser, which knows where the page has put them,
turns rows into pixels. One figure lies over all panels of a page, each panel with axes of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.charts.grammar import (
    Ticks,
    ground,
    is_unverified,
    number,
    reach,
    value_axis,
)
from dashboard.compare import Interval, Observation

ROW = 48
BAR = 18
AXIS = 30
CAP = 13 / ROW
RANGE = 0.24
"""Opacity of what lies between the bounds; the browser takes that of the theme."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a comparison: where it stands, what it shows, in which colour."""

    place: int
    observation: Observation
    colour: str
    others: tuple[Observation, ...] = ()

    @property
    def interval(self) -> Interval:
        """The observation's bounds."""
        return self.observation.interval


@dataclass(frozen=True, slots=True)
class Panel:
    """One indicator's bars; `rows` counts them and the heads between them."""

    bars: tuple[Bar, ...]
    rows: int
    ticks: Ticks


def comparison_chart(panels: Sequence[Panel]) -> dict[str, Any]:
    """Horizontal bars: solid to the lower bound, pale to the upper, ends by the drawing grammar.

    The n-th panel uses the n-th pair of axes. Returns the figure as plain JSON data, made without
    plotly's own classes: to check each value as they do takes longer than all else on the page.
    """
    rows = sum(panel.rows for panel in panels)
    layout: dict[str, Any] = {
        **ground(),
        "barmode": "overlay",
        "height": rows * ROW + len(panels) * AXIS,
        "meta": {"row": ROW, "bar": BAR, "axis": AXIS},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
    }
    data: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    for place, panel in enumerate(panels, 1):
        own = "" if place == 1 else str(place)
        traces = (*_solids(panel.bars), _range(panel), *_ends(panel))
        data += [{**t, "xaxis": f"x{own}", "yaxis": f"y{own}"} for t in traces if t["x"]]
        hollow = (bar for bar in panel.bars if is_unverified(bar.observation))
        shapes += [{**_outline(bar), "xref": f"x{own}", "yref": f"y{own}"} for bar in hollow]
        layout |= _axes(panel, own)
    return {"data": data, "layout": {**layout, **({"shapes": shapes} if shapes else {})}}


def _axes(panel: Panel, own: str) -> dict[str, Any]:
    intervals = (bar.interval for bar in panel.bars)
    return {
        f"xaxis{own}": {
            **value_axis(panel.ticks),
            "range": reach(intervals, panel.ticks),
            "anchor": f"y{own}",
        },
        f"yaxis{own}": {
            "visible": False,
            "fixedrange": True,
            "range": [panel.rows - 0.5, -0.5],
            "anchor": f"x{own}",
        },
    }


def _solids(bars: Sequence[Bar]) -> Iterable[dict[str, Any]]:
    """A trace for each look: plotly.js warns at patterns over a list of colours."""
    for fill, shape in dict.fromkeys((_fill(bar), _pattern(bar.observation)) for bar in bars):
        own = [b for b in bars if (_fill(b), _pattern(b.observation)) == (fill, shape)]
        pattern = {
            "shape": shape,
            "fillmode": "overlay",
            "fgcolor": "var(--surface)",
            "fgopacity": 0.62,
            "size": 7,
            "solidity": 0.3,
        }
        yield {
            "type": "bar",
            "orientation": "h",
            "y": [bar.place for bar in own],
            "x": [number(bar.interval.lower) for bar in own],
            "width": BAR / ROW,
            "customdata": [bar.observation.id for bar in own],
            "hoverinfo": "none",
            "marker": {"color": fill, **({"pattern": pattern} if shape else {})},
        }


def _range(panel: Panel) -> dict[str, Any]:
    wide = [bar for bar in panel.bars if not bar.interval.is_exact]
    uppers = [_upper(bar, panel.ticks.end) for bar in wide]
    return {
        "type": "bar",
        "orientation": "h",
        "y": [bar.place for bar in wide],
        "base": [number(bar.interval.lower) for bar in wide],
        "x": [u - number(b.interval.lower) for u, b in zip(uppers, wide, strict=True)],
        "width": BAR / ROW,
        "customdata": [bar.observation.id for bar in wide],
        "hoverinfo": "none",
        "meta": "range",
        "marker": {"color": [bar.colour for bar in wide], "opacity": RANGE},
    }


def _ends(panel: Panel) -> Iterable[dict[str, Any]]:
    """Ticks at closed ends, rings at open ones, dashes at assumed ones, arrows where none is."""
    bars, end = panel.bars, panel.ticks.end
    wide = [bar for bar in bars if not bar.interval.is_exact]
    lows = [bar for bar in wide if bar.interval.lower_kind == "hard" and bar.interval.lower]
    highs = [b for b in wide if b.interval.upper is not None and b.interval.upper_kind == "hard"]
    closed = [b for b in highs if not b.interval.upper_open]
    ringed = [b for b in highs if b.interval.upper_open]
    unbounded = [b for b in wide if b.interval.upper is None]
    zeros = [b for b in bars if b.interval.is_exact and b.interval.lower == 0]
    low_points = [(b, number(b.interval.lower)) for b in lows]
    high_points = [(b, number(b.interval.upper)) for b in closed]
    yield _marks([*low_points, *high_points], "line-ns", size=2 * CAP * ROW, line=2.5)
    yield from _soft(wide)
    rings = [(b, number(b.interval.upper)) for b in ringed] + [(b, 0.0) for b in zeros]
    yield _marks(rings, "circle", size=9, line=2, hollow=True)
    yield _marks([(b, end * 1.02) for b in unbounded], "triangle-right", size=11, line=0)
    diamonds = [(b, number(o.interval.lower)) for b in bars for o in b.others]
    yield _marks(diamonds, "diamond", size=11, line=2, hollow=True)


def _marks(
    points: Sequence[tuple[Bar, float]],
    symbol: str,
    *,
    size: float,
    line: float,
    hollow: bool = False,
) -> dict[str, Any]:
    colours = [bar.colour for bar, _ in points]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for _, x in points],
        "y": [bar.place for bar, _ in points],
        "customdata": [bar.observation.id for bar, _ in points],
        "hoverinfo": "none",
        "cliponaxis": False,
        "marker": {
            "symbol": symbol,
            "size": size,
            "color": ["var(--surface)"] * len(points) if hollow else colours,
            "line": {"color": colours, "width": line},
            "opacity": 1,
        },
    }


def _soft(bars: Sequence[Bar]) -> Iterable[dict[str, Any]]:
    for bar in bars:
        i = bar.interval
        ends = [
            i.lower if i.lower_kind == "soft" else None,
            i.upper if i.upper_kind == "soft" else None,
        ]
        xs = [number(end) for end in ends if end is not None]
        if not xs:
            continue
        yield {
            "type": "scatter",
            "mode": "lines",
            "x": [value for x in xs for value in (x, x, None)],
            "y": [value for _ in xs for value in (bar.place - CAP, bar.place + CAP, None)],
            "hoverinfo": "none",
            "cliponaxis": False,
            "line": {"color": bar.colour, "width": 2.5, "dash": "3px,3px"},
        }


def _outline(bar: Bar) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": 0,
        "x1": number(bar.interval.lower),
        "y0": bar.place - BAR / ROW / 2,
        "y1": bar.place + BAR / ROW / 2,
        "line": {"color": bar.colour, "width": 1.5, "dash": "4px,3px"},
    }


def _fill(bar: Bar) -> str:
    return "rgba(0,0,0,0)" if is_unverified(bar.observation) else bar.colour


def _pattern(o: Observation) -> str:
    if o.window == "cumulative":
        return "."
    return "/" if o.window == "flow" and not o.is_full_period else ""


def _upper(bar: Bar, end: float) -> float:
    return end if bar.interval.upper is None else number(bar.interval.upper)
