"""Numbers of offices over the years: points with their intervals, joined where years compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.grammar import (
    Ticks,
    ground,
    is_unverified,
    number,
    plain,
    reach,
    value_axis,
)
from dashboard.compare import Observation

DASH = 0.03
"""Half the length of a dashed end over a year, in years."""


@dataclass(frozen=True, slots=True)
class Line:
    """One office's numbers over the years; `joined` says which neighbours may be connected."""

    name: str
    colour: str
    symbol: str
    observations: tuple[Observation, ...]
    joined: tuple[bool, ...]


def trend_chart(
    lines: Sequence[Line], years: Sequence[int], silent: Mapping[int, str], ticks: Ticks
) -> dict[str, Any]:
    """Points at the lower bound with a thin line to the upper one, joined only where years compare.

    `silent` names years without any report; they are hatched and never crossed by a line.
    """
    figure = go.Figure(layout={"template": "none"})
    for place, line in enumerate(lines):
        shift = _shift(place, len(lines))
        figure.add_traces([*_joins(line, shift), _points(line, shift, ticks.end)])
        figure.add_traces([*_tops(line, shift, ticks.end)])
    figure.update_layout(
        **ground(),
        height=360 if len(lines) < 5 else 520,
        margin={"l": 48, "r": 16, "t": 24, "b": 36},
        shapes=[_gap(year) for year in silent],
        annotations=[_gap_words(year, words) for year, words in silent.items()],
    )
    figure.update_xaxes(
        tickvals=list(years),
        ticktext=[str(year) for year in years],
        range=[years[0] - 0.5, years[-1] + 0.5],
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        tickfont={"size": 14},
    )
    every = (o.interval for line in lines for o in line.observations)
    figure.update_yaxes(**value_axis(ticks), range=reach(every, ticks), automargin=True)
    return plain(figure)


def _joins(line: Line, shift: float) -> Iterable[go.Scatter]:
    pairs = zip(line.observations, line.observations[1:], line.joined, strict=False)
    for before, after, joined in pairs:
        if not joined:
            continue
        yield go.Scatter(
            mode="lines",
            x=[(before.year or 0) + shift, (after.year or 0) + shift],
            y=[number(before.interval.lower), number(after.interval.lower)],
            line={"color": line.colour, "width": 1.5},
            hoverinfo="skip",
        )


def _points(line: Line, shift: float, end: float) -> go.Scatter:
    shown = line.observations
    lowers = [number(o.interval.lower) for o in shown]
    uppers = [number(o.interval.upper) if o.interval.upper is not None else end for o in shown]
    hollow = [(o.window != "stock" and not o.is_full_period) or is_unverified(o) for o in shown]
    return go.Scatter(
        mode="markers",
        name=line.name,
        x=[(o.year or 0) + shift for o in shown],
        y=lowers,
        customdata=[o.id for o in shown],
        text=[f"{line.name} {o.as_written}" for o in shown],
        hovertemplate="%{text}<extra></extra>",
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [u - low for u, low in zip(uppers, lowers, strict=True)],
            "arrayminus": [0] * len(shown),
            "thickness": 1.5,
            "width": 0,
            "color": line.colour,
        },
        marker={
            "symbol": line.symbol,
            "size": 10,
            "color": ["var(--surface)" if h else line.colour for h in hollow],
            "line": {"color": line.colour, "width": 2},
        },
    )


def _tops(line: Line, shift: float, end: float) -> Iterable[go.Scatter]:
    """The upper ends by the grammar of bars: ring, tick, dashes where assumed, arrow where none."""
    wide = [(o, (o.year or 0) + shift) for o in line.observations if not o.interval.is_exact]
    bounded = [(o.interval, x) for o, x in wide if o.interval.upper is not None]
    hard = [(i, x) for i, x in bounded if i.upper_kind == "hard"]
    rings = [(x, number(i.upper)) for i, x in hard if i.upper_open]
    ticks = [(x, number(i.upper)) for i, x in hard if not i.upper_open]
    soft = [(x, number(i.upper)) for i, x in bounded if i.upper_kind == "soft"]
    arrows = [(x, end * 1.02) for o, x in wide if o.interval.upper is None]
    yield _top(line, rings, {"symbol": "circle", "size": 6, "color": "var(--surface)"})
    yield _top(line, ticks, {"symbol": "line-ew", "size": 8})
    yield _top(line, arrows, {"symbol": "triangle-up", "size": 9})
    if soft:
        yield go.Scatter(
            mode="lines",
            x=[value for x, _ in soft for value in (x - DASH, x + DASH, None)],
            y=[value for _, y in soft for value in (y, y, None)],
            line={"color": line.colour, "width": 2, "dash": "3px,3px"},
            hoverinfo="skip",
            cliponaxis=False,
        )


def _top(line: Line, points: Sequence[tuple[float, float]], marker: dict[str, Any]) -> go.Scatter:
    return go.Scatter(
        mode="markers",
        x=[x for x, _ in points],
        y=[y for _, y in points],
        hoverinfo="skip",
        cliponaxis=False,
        marker={"color": line.colour, **marker, "line": {"color": line.colour, "width": 1.5}},
    )


def _shift(number: int, count: int) -> float:
    """Lines of several offices stand a little apart, so that their intervals can be told apart."""
    return 0.0 if count < 2 else (number - (count - 1) / 2) * min(0.06, 0.6 / count)


def _gap(year: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": year - 0.38,
        "x1": year + 0.38,
        "y0": 0,
        "y1": 1,
        "fillcolor": "var(--sunken)",
        "line": {"color": "var(--line)", "width": 1},
        "layer": "below",
    }


def _gap_words(year: int, words: str) -> dict[str, Any]:
    return {
        "x": year,
        "y": 0.5,
        "yref": "paper",
        "text": words,
        "showarrow": False,
        "font": {"size": 14, "color": "var(--ink-2)"},
    }
