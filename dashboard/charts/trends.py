"""Numbers of offices over the years, and below them how each changed.

Above stand points with their intervals, joined where years compare; below, over the same years,
the interval of each change at its later year. A year without a report is hatched through both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.changing import Marked, Step, changes, step_axis
from dashboard.charts.grammar import (
    Ticks,
    ground,
    is_unverified,
    number,
    plain,
    reach,
    value_axis,
)
from dashboard.charts.labels import Label, labels
from dashboard.compare import Observation

DASH = 0.03
"""Half the length of a dashed end over a year, in years."""
HALF = 0.38
"""Half the width of a hatched year, in years."""
HATCH, RISE = 0.035, 0.3
"""Distance of hatching lines, and their rise over the width, as shares of the chart's height."""
NUMBERS, BETWEEN, CHANGES, MANY = 320, 72, 150, 160
"""Pixels for the numbers, the space under them, the changes, and more for many lines."""
TOP, BOTTOM = 36, 36
RING = 9
"""Pixels above a point under which a ring would make the point look hollow; it is left out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One office's numbers of one variant over the years.

    `joined` says which neighbours may be connected, `dash` how; `words` stand at the points and
    `label` at the last one. `steps` are the changes, each drawn under its later year.
    """

    name: str
    colour: str
    symbol: str
    observations: tuple[Observation, ...]
    joined: tuple[bool, ...]
    dash: str = "solid"
    label: str = ""
    words: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Below:
    """The part under the numbers: its axis, and what the two parts show."""

    ticks: Ticks
    numbers: str
    changes: str


def trend_chart(
    lines: Sequence[Line],
    years: Sequence[int],
    silent: Mapping[int, str],
    ticks: Ticks,
    below: Below | None = None,
    *,
    unmentioned: Mapping[int, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Points at the lower bound with a thin line to the upper one, joined only where years compare.

    `silent` names years without any report; they are hatched and never crossed by a line.
    `unmentioned` are years with a report that says nothing of the kind: bare ground, no hatching.
    `below` says how changes are drawn; without it there are none.
    """
    height = NUMBERS + (MANY if len(lines) > 4 else 0)
    upward = reach((o.interval for line in lines for o in line.observations), ticks)
    per_pixel = (upward[1] - upward[0]) / height
    figure = go.Figure(layout={"template": "none"})
    shifts = [_shift(place, len(lines)) for place in range(len(lines))]
    for line, shift in zip(lines, shifts, strict=True):
        figure.add_traces([*_joins(line, shift), _points(line, shift, ticks.end)])
        figure.add_traces([*_tops(line, shift, ticks.end, RING * per_pixel)])
        if below is not None:
            marked = Marked(line.colour, line.symbol, shift, _half(len(lines)))
            figure.add_traces(list(changes(line.steps, marked, below.ticks)))
    whole = height + (BETWEEN + CHANGES if below else 0)
    figure.update_layout(
        **ground(),
        height=whole + TOP + BOTTOM,
        margin={"l": 48, "r": _room(lines), "t": TOP, "b": BOTTOM},
        shapes=[*map(_gap, silent), *map(_bare, unmentioned)],
        annotations=[
            *(_gap_words(year, words) for year, words in {**silent, **unmentioned}.items()),
            *labels(_labels(lines, shifts, years), upward, height),
            *(_heads(below, CHANGES / whole) if below else ()),
        ],
    )
    figure.update_xaxes(**_years(years), anchor="y2" if below else "y")
    domain = ((whole - height) / whole, 1.0)
    figure.update_layout(
        yaxis={**value_axis(ticks), "range": upward, "automargin": True, "domain": domain}
    )
    if below is not None:
        figure.update_layout(
            yaxis2={**step_axis(below.ticks), "domain": (0.0, CHANGES / whole), "anchor": "x"}
        )
    return plain(figure)


def _years(years: Sequence[int]) -> dict[str, Any]:
    return {
        "tickvals": list(years),
        "ticktext": [str(year) for year in years],
        "range": [years[0] - 0.5, years[-1] + 0.5],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 14},
    }


def _joins(line: Line, shift: float) -> Iterable[go.Scatter]:
    pairs = zip(line.observations, line.observations[1:], line.joined, strict=False)
    for before, after, joined in pairs:
        if not joined:
            continue
        yield go.Scatter(
            mode="lines",
            x=[before.year + shift, after.year + shift],
            y=[number(before.interval.lower), number(after.interval.lower)],
            line={"color": line.colour, "width": 1.5, "dash": line.dash},
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
        x=[o.year + shift for o in shown],
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


def _tops(line: Line, shift: float, end: float, least: float) -> Iterable[go.Scatter]:
    """The upper ends by the grammar of bars: ring, tick, dashes where assumed, arrow where none.

    An end less than `least` above its point is not drawn: the wording says it.
    """
    wide = [(o, o.year + shift) for o in line.observations if not o.interval.is_exact]
    bounded = [
        (o.interval, x)
        for o, x in wide
        if o.interval.upper is not None
        and number(o.interval.upper) - number(o.interval.lower) >= least
    ]
    hard = [(i, x) for i, x in bounded if i.upper_kind == "hard"]
    rings = [(x, number(i.upper)) for i, x in hard if i.upper_open]
    ticks = [(x, number(i.upper)) for i, x in hard if not i.upper_open]
    soft = [(x, number(i.upper)) for i, x in bounded if i.upper_kind == "soft"]
    arrows = [(x, end * 1.02) for o, x in wide if o.interval.upper is None]
    yield from _top(line, rings, {"symbol": "circle", "size": 6, "color": "var(--surface)"})
    yield from _top(line, ticks, {"symbol": "line-ew", "size": 8})
    yield from _top(line, arrows, {"symbol": "triangle-up", "size": 9})
    if soft:
        yield go.Scatter(
            mode="lines",
            x=[value for x, _ in soft for value in (x - DASH, x + DASH, None)],
            y=[value for _, y in soft for value in (y, y, None)],
            line={"color": line.colour, "width": 2, "dash": "3px,3px"},
            hoverinfo="skip",
            cliponaxis=False,
        )


def _top(
    line: Line, points: Sequence[tuple[float, float]], marker: dict[str, Any]
) -> Iterator[go.Scatter]:
    if not points:
        return
    yield go.Scatter(
        mode="markers",
        x=[x for x, _ in points],
        y=[y for _, y in points],
        hoverinfo="skip",
        cliponaxis=False,
        marker={"color": line.colour, **marker, "line": {"color": line.colour, "width": 1.5}},
    )


def _labels(
    lines: Sequence[Line], shifts: Sequence[float], years: Sequence[int]
) -> Iterator[Label]:
    """What stands at the points: the wording above each, and the line's name at its last."""
    for line, shift in zip(lines, shifts, strict=True):
        for place, o in enumerate(line.observations):
            words = line.words[place] if line.words else ""
            is_last = place == len(line.observations) - 1
            if words or (line.label and is_last):
                top = o.interval.upper if o.interval.upper is not None else o.interval.lower
                is_beside = bool(line.label)
                yield Label(
                    o.year,
                    o.year + shift,
                    number(o.interval.lower if is_beside else top),
                    words,
                    line.label if is_last else "",
                    is_beside=is_beside,
                    edge=(o.year == years[-1]) - (o.year == years[0]),
                )


def _shift(number: int, count: int) -> float:
    """Lines of several offices stand a little apart, so that their intervals can be told apart."""
    return 0.0 if count < 2 else (number - (count - 1) / 2) * min(0.06, 0.6 / count)


def _room(lines: Sequence[Line]) -> int:
    """Pixels to the right of the last year: more where words stand beside the points."""
    return 80 if any(line.label and line.words for line in lines) else 24


def _half(count: int) -> float:
    """Half the length of a dashed end: less than half the way to the next line."""
    return min(2 * DASH, 0.4 * (_shift(1, count) - _shift(0, count))) if count > 1 else 2 * DASH


def _gap(year: int) -> dict[str, Any]:
    """A hatched year. Plotly's shapes know no hatching: the frame and its lines are one path."""
    left, right = year - HALF, year + HALF
    drawn = [f"M{left},0L{left},1L{right},1L{right},0Z"]
    steps = round((1 + RISE) / HATCH)
    for step in range(1, steps):
        start = step * HATCH - RISE
        low, high = max(start, 0.0), min(start + RISE, 1.0)
        x0 = left + (low - start) / RISE * 2 * HALF
        x1 = left + (high - start) / RISE * 2 * HALF
        drawn.append(f"M{x0:.4f},{low:.4f}L{x1:.4f},{high:.4f}")
    return {
        "type": "path",
        "xref": "x",
        "yref": "paper",
        "path": "".join(drawn),
        "fillcolor": "var(--sunken)",
        "line": {"color": "var(--line-2)", "width": 0.5},
        "layer": "below",
    }


def _bare(year: int) -> dict[str, Any]:
    """A year of silence: sunken ground."""
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": year - HALF,
        "x1": year + HALF,
        "y0": 0,
        "y1": 1,
        "fillcolor": "var(--sunken)",
        "line": {"width": 0},
        "layer": "below",
    }


def _gap_words(year: int, words: str) -> dict[str, Any]:
    """Down the hatched year: signs one under another, a Latin phrase turned."""
    is_latin = words.isascii()
    return {
        "x": year,
        "y": 0.98,
        "yref": "paper",
        "yanchor": "top",
        "text": words if is_latin else "<br>".join(words),
        "textangle": -90 if is_latin else 0,
        "showarrow": False,
        "bgcolor": "var(--sunken)",
        "font": {"size": 14, "color": "var(--ink-2)"},
    }


def _heads(below: Below, share: float) -> list[dict[str, Any]]:
    return [_head(below.numbers, 1.0), _head(below.changes, share)]


def _head(text: str, at: float) -> dict[str, Any]:
    """What a part of the chart shows, above it at the left."""
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": at,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 8,
        "text": text,
        "showarrow": False,
        "font": {"size": 12, "color": "var(--ink-2)"},
    }
