"""Charts as values: observations in, a Plotly figure out. They read, format and decide nothing."""

from dashboard.charts.changing import Step
from dashboard.charts.comparison import Bar, Panel, comparison_chart
from dashboard.charts.grammar import CONFIG, SYMBOLS, Ticks
from dashboard.charts.trends import Below, Line, trend_chart

__all__ = [
    "CONFIG",
    "SYMBOLS",
    "Bar",
    "Below",
    "Line",
    "Panel",
    "Step",
    "Ticks",
    "comparison_chart",
    "trend_chart",
]
