"""Charts as values: observations in, a Plotly figure out. Nothing here reads, formats or decides.

Colours are written as custom properties of the style sheet (`var(--o1)`); the browser puts in those
of the theme in use. Decimals become floats here and nowhere before. Down the page a comparison
counts in rows; the browser, which knows how high its rows are, turns them into pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from dashboard.compare import Interval, Observation

ROW = 48
BAR = 18
AXIS = 30
CAP = 13 / ROW
RANGE = 0.24
"""Opacity of what lies between the bounds; the browser takes that of the theme."""
DASH = 0.03
"""Half the length of a dashed end over a year, in years."""
MARGIN = 1.06
"""How far past the largest bound an axis reaches, so that rings and arrows are not cut."""

SYMBOLS = (
    "circle",
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "triangle-down",
    "cross",
    "star",
    "pentagon",
    "hexagon",
    "bowtie",
    "hourglass",
    "x",
)

CONFIG: Mapping[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "showLink": False,
}


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
class Ticks:
    """Axis marks: values in base units and the words beside them."""

    values: Sequence[float]
    texts: Sequence[str]
    end: float


@dataclass(frozen=True, slots=True)
class Line:
    """One office's numbers over the years; `joined` says which neighbours may be connected."""

    name: str
    colour: str
    symbol: str
    observations: tuple[Observation, ...]
    joined: tuple[bool, ...]


def comparison_chart(bars: Sequence[Bar], rows: int, ticks: Ticks) -> dict[str, Any]:
    """Horizontal bars: solid to the lower bound, pale to the upper, ends by the drawing grammar.

    `rows` counts bars and the heads between them. Returns the figure as plain JSON data.
    """
    figure = go.Figure(layout={"template": "none"})
    figure.add_traces([*_solids(bars), _range(bars, ticks.end), *_ends(bars, ticks.end)])
    figure.update_layout(
        **_ground(),
        barmode="overlay",
        height=rows * ROW + AXIS,
        meta={"row": ROW, "bar": BAR, "axis": AXIS},
        margin={"l": 8, "r": 16, "t": 0, "b": AXIS},
        shapes=[_outline(bar) for bar in bars if _is_unverified(bar.observation)],
    )
    figure.update_xaxes(**_value_axis(ticks), range=_reach((b.interval for b in bars), ticks))
    figure.update_yaxes(visible=False, fixedrange=True, range=[rows - 0.5, -0.5])
    return _plain(figure)


def trend_chart(
    lines: Sequence[Line], years: Sequence[int], silent: Mapping[int, str], ticks: Ticks
) -> dict[str, Any]:
    """Points at the lower bound with a thin line to the upper one, joined only where years compare.

    `silent` names years without any report; they are hatched and never crossed by a line.
    """
    figure = go.Figure(layout={"template": "none"})
    for number, line in enumerate(lines):
        shift = _shift(number, len(lines))
        figure.add_traces([*_joins(line, shift), _points(line, shift, ticks.end)])
        figure.add_traces([*_tops(line, shift, ticks.end)])
    figure.update_layout(
        **_ground(),
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
    figure.update_yaxes(**_value_axis(ticks), range=_reach(every, ticks), automargin=True)
    return _plain(figure)


def _solids(bars: Sequence[Bar]) -> Iterable[go.Bar]:
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
        yield go.Bar(
            orientation="h",
            y=[bar.place for bar in own],
            x=[_number(bar.interval.lower) for bar in own],
            width=BAR / ROW,
            customdata=[bar.observation.id for bar in own],
            hoverinfo="none",
            marker={"color": fill, **({"pattern": pattern} if shape else {})},
        )


def _range(bars: Sequence[Bar], end: float) -> go.Bar:
    wide = [bar for bar in bars if not bar.interval.is_exact]
    uppers = [_upper(bar, end) for bar in wide]
    return go.Bar(
        orientation="h",
        y=[bar.place for bar in wide],
        base=[_number(bar.interval.lower) for bar in wide],
        x=[u - _number(b.interval.lower) for u, b in zip(uppers, wide, strict=True)],
        width=BAR / ROW,
        customdata=[bar.observation.id for bar in wide],
        hoverinfo="none",
        meta="range",
        marker={"color": [bar.colour for bar in wide], "opacity": RANGE},
    )


def _ends(bars: Sequence[Bar], end: float) -> Iterable[go.Scatter]:
    """Ticks at closed ends, rings at open ones, dashes at assumed ones, arrows where none is."""
    wide = [bar for bar in bars if not bar.interval.is_exact]
    lows = [bar for bar in wide if bar.interval.lower_kind == "hard" and bar.interval.lower]
    highs = [b for b in wide if b.interval.upper is not None and b.interval.upper_kind == "hard"]
    closed = [b for b in highs if not b.interval.upper_open]
    ringed = [b for b in highs if b.interval.upper_open]
    unbounded = [b for b in wide if b.interval.upper is None]
    zeros = [b for b in bars if b.interval.is_exact and b.interval.lower == 0]
    low_points = [(b, _number(b.interval.lower)) for b in lows]
    high_points = [(b, _number(b.interval.upper)) for b in closed]
    yield _marks([*low_points, *high_points], "line-ns", size=2 * CAP * ROW, line=2.5)
    yield from _soft(wide)
    rings = [(b, _number(b.interval.upper)) for b in ringed] + [(b, 0.0) for b in zeros]
    yield _marks(rings, "circle", size=9, line=2, hollow=True)
    yield _marks([(b, end * 1.02) for b in unbounded], "triangle-right", size=11, line=0)
    diamonds = [(b, _number(o.interval.lower)) for b in bars for o in b.others]
    yield _marks(diamonds, "diamond", size=11, line=2, hollow=True)


def _marks(
    points: Sequence[tuple[Bar, float]],
    symbol: str,
    *,
    size: float,
    line: float,
    hollow: bool = False,
) -> go.Scatter:
    colours = [bar.colour for bar, _ in points]
    return go.Scatter(
        mode="markers",
        x=[x for _, x in points],
        y=[bar.place for bar, _ in points],
        customdata=[bar.observation.id for bar, _ in points],
        hoverinfo="none",
        cliponaxis=False,
        marker={
            "symbol": symbol,
            "size": size,
            "color": ["var(--surface)"] * len(points) if hollow else colours,
            "line": {"color": colours, "width": line},
            "opacity": 1,
        },
    )


def _soft(bars: Sequence[Bar]) -> Iterable[go.Scatter]:
    for bar in bars:
        i = bar.interval
        ends = [
            i.lower if i.lower_kind == "soft" else None,
            i.upper if i.upper_kind == "soft" else None,
        ]
        xs = [_number(end) for end in ends if end is not None]
        if not xs:
            continue
        yield go.Scatter(
            mode="lines",
            x=[value for x in xs for value in (x, x, None)],
            y=[value for _ in xs for value in (bar.place - CAP, bar.place + CAP, None)],
            hoverinfo="none",
            cliponaxis=False,
            line={"color": bar.colour, "width": 2.5, "dash": "3px,3px"},
        )


def _outline(bar: Bar) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": 0,
        "x1": _number(bar.interval.lower),
        "y0": bar.place - BAR / ROW / 2,
        "y1": bar.place + BAR / ROW / 2,
        "line": {"color": bar.colour, "width": 1.5, "dash": "4px,3px"},
    }


def _fill(bar: Bar) -> str:
    return "rgba(0,0,0,0)" if _is_unverified(bar.observation) else bar.colour


def _is_unverified(o: Observation) -> bool:
    return o.obs_status not in {"A", "E"}


def _pattern(o: Observation) -> str:
    if o.window == "cumulative":
        return "."
    return "/" if o.window == "flow" and not o.is_full_period else ""


def _joins(line: Line, shift: float) -> Iterable[go.Scatter]:
    pairs = zip(line.observations, line.observations[1:], line.joined, strict=False)
    for before, after, joined in pairs:
        if not joined:
            continue
        yield go.Scatter(
            mode="lines",
            x=[(before.year or 0) + shift, (after.year or 0) + shift],
            y=[_number(before.interval.lower), _number(after.interval.lower)],
            line={"color": line.colour, "width": 1.5},
            hoverinfo="skip",
        )


def _points(line: Line, shift: float, end: float) -> go.Scatter:
    shown = line.observations
    lowers = [_number(o.interval.lower) for o in shown]
    uppers = [_number(o.interval.upper) if o.interval.upper is not None else end for o in shown]
    hollow = [(o.window != "stock" and not o.is_full_period) or _is_unverified(o) for o in shown]
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
    rings = [(x, _number(i.upper)) for i, x in hard if i.upper_open]
    ticks = [(x, _number(i.upper)) for i, x in hard if not i.upper_open]
    soft = [(x, _number(i.upper)) for i, x in bounded if i.upper_kind == "soft"]
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


def _ground() -> dict[str, Any]:
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "var(--font-chart)", "size": 12, "color": "var(--ink-2)"},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {
            "font": {"size": 14},
            "bgcolor": "var(--surface)",
            "bordercolor": "var(--ink)",
        },
    }


def _value_axis(ticks: Ticks) -> dict[str, Any]:
    return {
        "tickvals": list(ticks.values),
        "ticktext": list(ticks.texts),
        "fixedrange": True,
        "showgrid": True,
        "gridcolor": "var(--grid)",
        "zeroline": True,
        "zerolinecolor": "var(--ink-2)",
        "showline": False,
        "ticks": "",
        "tickfont": {"size": 12, "color": "var(--ink-2)"},
    }


def _reach(intervals: Iterable[Interval], ticks: Ticks) -> list[float]:
    """An axis from zero, or from below what fell below it, past the last tick."""
    lowest = min((_number(i.lower) for i in intervals), default=0.0)
    return [min(0.0, lowest * MARGIN), ticks.end * MARGIN]


def _upper(bar: Bar, end: float) -> float:
    return end if bar.interval.upper is None else _number(bar.interval.upper)


def _number(value: Decimal | None) -> float:
    return float(value) if value is not None else 0.0


def _plain(figure: go.Figure) -> dict[str, Any]:
    plain = figure.to_plotly_json()
    plain["layout"].pop("template", None)
    return {"data": plain["data"], "layout": plain["layout"]}
