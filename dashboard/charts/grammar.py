"""What every chart shares: grounds, the value axis, marks of an office, and the plain figure.

Colours are written as custom properties of the style sheet (`var(--o1)`); the browser puts in those
of the theme in use. Decimals become floats here and nowhere before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from dashboard.compare import Interval, Observation

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
    "responsive": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "showLink": False,
}


@dataclass(frozen=True, slots=True)
class Ticks:
    """Axis marks: values in base units and the words beside them."""

    values: Sequence[float]
    texts: Sequence[str]
    end: float


def ground() -> dict[str, Any]:
    """Layout of every chart: transparent, in the page's type, without a legend or zooming."""
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


def value_axis(ticks: Ticks) -> dict[str, Any]:
    """The axis of values: ticks in words, a zero line, nothing else."""
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


def reach(intervals: Iterable[Interval], ticks: Ticks) -> list[float]:
    """An axis from zero, or from below what fell below it, past the last tick."""
    lowest = min((number(i.lower) for i in intervals), default=0.0)
    return [min(0.0, lowest * MARGIN), ticks.end * MARGIN]


def number(value: Decimal | None) -> float:
    """A bound as the float that plotly draws; what is missing stands at zero."""
    return float(value) if value is not None else 0.0


def plain(figure: go.Figure) -> dict[str, Any]:
    """A figure as plain JSON data, without plotly's template."""
    plain = figure.to_plotly_json()
    plain["layout"].pop("template", None)
    return {"data": plain["data"], "layout": plain["layout"]}


def is_unverified(o: Observation) -> bool:
    """True for what was not verified: drawn hollow."""
    return o.obs_status not in {"A", "E"}
