"""Charts by the drawing grammar: each nature of number has a shape of its own, by table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard import charts
from dashboard.charts import (
    Bar,
    Line,
    Panel,
    Ticks,
    comparison,
    comparison_chart,
    trend_chart,
)
from dashboard.compare import Observation

ASSETS = Path(charts.__file__).parents[1] / "assets"
TICKS = Ticks((0.0, 250.0, 500.0), ("0", "250", "500件"), 500.0)
Figure = dict[str, Any]


def one_panel(*bars: Bar, rows: int = 1) -> Figure:
    return comparison_chart([Panel(bars, rows, TICKS)])


OVER = {"value": 300, "lower": 300, "upper": 400, "lower_open": True, "upper_open": True}
INTERVAL = {"solid": [300.0], "range": [(300.0, 100.0)], "tick": [300.0]}
PART = {"is_full_period": False, "period_end": date(2022, 9, 30)}

NATURES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "exact": ({}, {"solid": [130.0]}),
    "over": (OVER, {**INTERVAL, "ring": [400.0]}),
    "from-to": (
        OVER | {"lower_open": False, "upper_open": False},
        {**INTERVAL, "tick": [300.0, 400.0]},
    ),
    "at-least": (OVER | {"upper": None}, {**INTERVAL, "range": [(300.0, 200.0)], "arrow": [510.0]}),
    "assumed-lower": (
        {"lower": 117, "lower_kind": "soft", "lower_open": True, "upper_open": True},
        {"solid": [117.0], "range": [(117.0, 13.0)], "ring": [130.0], "dashed": [117.0]},
    ),
    "assumed-both": (
        {"lower": 117, "upper": 143, "lower_kind": "soft", "upper_kind": "soft"},
        {"solid": [117.0], "range": [(117.0, 26.0)], "dashed": [117.0, 143.0]},
    ),
    "under": (
        {"lower": 0, "upper_open": True},
        {"solid": [0.0], "range": [(0.0, 130.0)], "ring": [130.0]},
    ),
    "zero": ({"exactly": 0}, {"solid": [0.0], "ring": [0.0]}),
    "part-of-a-year": (PART, {"solid": [130.0], "pattern": ["/"]}),
    "stock-in-a-year": (
        {"on": date(2022, 6, 26), "is_full_period": False},
        {"solid": [130.0]},
    ),
    "cumulative": ({"window": "cumulative"}, {"solid": [130.0], "pattern": ["."]}),
    "not-verified": ({"obs_status": "V"}, {"solid": [130.0], "filled": [False], "outlined": 1}),
    "not-verified-part": (
        PART | {"obs_status": "V"},
        {"solid": [130.0], "filled": [False], "pattern": ["/"], "outlined": 1},
    ),
}


def marks(figure: Figure, symbol: str) -> list[float]:
    return [
        float(x)
        for trace in figure["data"]
        if trace.get("mode") == "markers" and trace["marker"]["symbol"] == symbol
        for x in trace["x"]
    ]


def drawn(figure: Figure) -> dict[str, Any]:
    """What a reader sees, by the words of the grammar."""
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    solids = [trace for trace in bars if trace.get("meta") != "range"]
    dashes = [
        trace["x"][at]
        for trace in figure["data"]
        if trace.get("mode") == "lines"
        for at in range(0, len(trace["x"]), 3)
        if trace["line"]["dash"] != "solid"
    ]
    return {
        "solid": [float(x) for trace in solids for x in trace["x"]],
        "filled": [trace["marker"]["color"] != "rgba(0,0,0,0)" for trace in solids],
        "pattern": [trace["marker"].get("pattern", {}).get("shape", "") for trace in solids],
        "range": [
            (float(base), float(x))
            for trace in bars
            if trace.get("meta") == "range"
            for base, x in zip(trace["base"], trace["x"], strict=True)
        ],
        "tick": marks(figure, "line-ns"),
        "ring": marks(figure, "circle"),
        "arrow": marks(figure, "triangle-right"),
        "diamond": marks(figure, "diamond"),
        "dashed": dashes,
        "outlined": sum(
            shape["line"]["dash"] != "solid" for shape in figure["layout"].get("shapes", ())
        ),
    }


NOTHING: dict[str, Any] = {
    "filled": [True],
    "pattern": [""],
    "range": [],
    "tick": [],
    "ring": [],
    "arrow": [],
    "diamond": [],
    "dashed": [],
    "outlined": 0,
}


@pytest.mark.parametrize("nature", NATURES)
def test_each_nature_of_number_has_its_shape(
    nature: str, observed: Callable[..., Observation]
) -> None:
    fields, shape = NATURES[nature]
    figure = one_panel(Bar(0, observed(**fields), "var(--o1)"))
    assert drawn(figure) == NOTHING | shape


@pytest.mark.parametrize("nature", NATURES)
def test_plotly_knows_every_word_of_a_comparison(
    nature: str, observed: Callable[..., Observation]
) -> None:
    """The figure is made without plotly's classes; those name any property they do not know."""
    o = observed(**NATURES[nature][0])
    bars = (Bar(0, o, "red"), Bar(1, o, "red", (o,)))
    figure = comparison_chart([Panel(bars, 2, TICKS), Panel(bars, 2, TICKS)])
    resolved = json.loads(re.sub(r"var\(--(?!font)[\w-]+\)", "red", json.dumps(figure)))
    assert go.Figure(resolved).to_plotly_json()["data"]


def test_a_rival_number_is_a_hollow_diamond(observed: Callable[..., Observation]) -> None:
    bar = Bar(0, observed(), "var(--o1)", (observed(exactly=140, chosen=False),))
    figure = one_panel(bar)
    assert drawn(figure)["diamond"] == [140.0]
    (trace,) = [t for t in figure["data"] if t.get("marker", {}).get("symbol") == "diamond"]
    assert trace["marker"]["color"] == ["var(--surface)"]


@pytest.mark.parametrize("nature", NATURES)
def test_every_mark_opens_the_evidence(nature: str, observed: Callable[..., Observation]) -> None:
    figure = one_panel(Bar(0, observed(**NATURES[nature][0]), "var(--o1)"))
    for trace in figure["data"]:
        if trace.get("mode") != "lines":
            assert list(trace["customdata"]) == ["doc-001"] * len(trace["x"])


def test_bars_stand_in_their_places_and_colours(observed: Callable[..., Observation]) -> None:
    bars = [
        Bar(1, observed(id="a"), "var(--o3)"),
        Bar(2, observed(id="b", exactly=7), "var(--bar)"),
        Bar(4, observed(id="c", **PART), "var(--bar)"),
    ]
    figure = one_panel(*bars, rows=5)
    placed = {
        row: (float(x), int(y), trace["marker"]["color"])
        for trace in figure["data"]
        if trace["type"] == "bar" and trace.get("meta") != "range"
        for row, x, y in zip(trace["customdata"], trace["x"], trace["y"], strict=True)
    }
    assert placed == {
        "a": (130.0, 1, "var(--o3)"),
        "b": (7.0, 2, "var(--bar)"),
        "c": (130.0, 4, "var(--bar)"),
    }
    assert list(figure["layout"]["yaxis"]["range"]) == [4.5, -0.5]
    assert figure["layout"]["xaxis"]["range"][0] == 0
    assert figure["layout"]["height"] == 5 * comparison.ROW + comparison.AXIS


def test_each_panel_has_axes_of_its_own(observed: Callable[..., Observation]) -> None:
    small = Ticks((0.0, 5.0), ("0", "5家"), 5.0)
    panels = [
        Panel((Bar(0, observed(id="a"), "var(--o1)"),), 2, TICKS),
        Panel((Bar(1, observed(id="b", exactly=3, obs_status="V"), "var(--bar)"),), 3, small),
    ]
    figure = comparison_chart(panels)
    axes = {
        (trace["xaxis"], trace["yaxis"], row)
        for trace in figure["data"]
        for row in trace["customdata"]
    }
    assert axes == {("x", "y", "a"), ("x2", "y2", "b")}
    layout = figure["layout"]
    assert list(layout["xaxis"]["ticktext"]) == ["0", "250", "500件"]
    assert list(layout["xaxis2"]["ticktext"]) == ["0", "5家"]
    assert list(layout["yaxis2"]["range"]) == [2.5, -0.5]
    assert [(s["xref"], s["yref"], s["x1"]) for s in layout["shapes"]] == [("x2", "y2", 3.0)]
    assert layout["height"] == 5 * comparison.ROW + 2 * comparison.AXIS


def test_nothing_is_drawn_at_a_midpoint(observed: Callable[..., Observation]) -> None:
    figure = one_panel(Bar(0, observed(**OVER), "var(--o1)"))
    xs = [x for trace in figure["data"] for x in trace["x"] if x is not None]
    assert 350.0 not in xs


def observations(observed: Callable[..., Observation], *years: int) -> tuple[Observation, ...]:
    return tuple(observed(id=f"y-{year}", year=year, exactly=year - 1900) for year in years)


def segments(figure: Figure) -> list[tuple[float, float]]:
    return [tuple(trace["x"]) for trace in figure["data"] if trace.get("mode") == "lines"]


def test_a_line_joins_only_the_years_that_compare(observed: Callable[..., Observation]) -> None:
    own = observations(observed, 2020, 2021, 2022, 2024)
    line = Line("甲", "var(--o1)", "circle", own, (True, False, False))
    figure = trend_chart([line], range(2020, 2025), {2023: "没有报道"}, TICKS)
    assert segments(figure) == [(2020, 2021)]
    (gap,) = figure["layout"]["shapes"]
    assert gap["path"].startswith("M2022.62,0L2022.62,1L2023.38,1L2023.38,0Z")
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["没<br>有<br>报<br>道"]
    (points,) = [trace for trace in figure["data"] if "customdata" in trace]
    assert list(points["customdata"]) == [o.id for o in own]


def test_lines_of_several_offices_stand_apart(observed: Callable[..., Observation]) -> None:
    lines = [
        Line(name, "var(--o1)", "circle", observations(observed, 2020, 2021), (True,))
        for name in ("甲", "乙", "丙")
    ]
    figure = trend_chart(lines, (2020, 2021), {}, TICKS)
    starts = [first for first, _ in segments(figure)]
    assert len(set(starts)) == 3
    assert all(abs(x - 2020) < 0.4 for x in starts)


@pytest.mark.parametrize(
    ("fields", "hollow", "reach"),
    [
        ({}, False, 0.0),
        (OVER, False, 100.0),
        (OVER | {"upper": None}, False, 200.0),
        (PART, True, 0.0),
        ({"obs_status": "V"}, True, 0.0),
        ({"on": date(2022, 6, 26), "is_full_period": False}, False, 0.0),
    ],
)
def test_a_point_stands_at_the_lower_bound_and_reaches_to_the_upper(
    fields: dict[str, Any], hollow: bool, reach: float, observed: Callable[..., Observation]
) -> None:
    o = observed(**fields)
    figure = trend_chart([Line("甲", "var(--o1)", "circle", (o,), ())], (2022,), {}, TICKS)
    (points,) = [trace for trace in figure["data"] if "customdata" in trace]
    assert [Decimal(str(y)) for y in points["y"]] == [o.lower]
    assert list(points["error_y"]["array"]) == [reach]
    assert list(points["error_y"]["arrayminus"]) == [0]
    assert (list(points["marker"]["color"]) == ["var(--surface)"]) is hollow


@pytest.mark.parametrize(
    ("fields", "symbol", "place"),
    [
        (OVER, "circle", 400.0),
        (OVER | {"upper_open": False}, "line-ew", 400.0),
        (OVER | {"upper": None}, "triangle-up", TICKS.end * 1.02),
    ],
)
def test_a_trend_ends_as_a_bar_does(
    fields: dict[str, Any], symbol: str, place: float, observed: Callable[..., Observation]
) -> None:
    o = observed(**fields)
    figure = trend_chart([Line("甲", "var(--o1)", "square", (o,), ())], (2022,), {}, TICKS)
    ends = {t["marker"]["symbol"]: list(t["y"]) for t in figure["data"] if t["mode"] == "markers"}
    assert ends[symbol] == [place]
    assert sum(len(ys) for ys in ends.values()) == 2


def test_an_assumed_upper_end_is_dashed(observed: Callable[..., Observation]) -> None:
    o = observed(**(OVER | {"upper_kind": "soft"}))
    figure = trend_chart([Line("甲", "var(--o1)", "square", (o,), ())], (2022,), {}, TICKS)
    (dashes,) = [t for t in figure["data"] if t["mode"] == "lines"]
    assert dashes["line"]["dash"] == "3px,3px" and list(dashes["y"])[:2] == [400.0, 400.0]


def colours(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from colours(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from colours(inner)
    elif isinstance(value, str):
        yield from re.findall(r"var\((--[\w-]+)\)", value)


@pytest.mark.parametrize("nature", NATURES)
def test_every_colour_is_one_of_the_style_sheet(
    nature: str, observed: Callable[..., Observation]
) -> None:
    tokens = set(re.findall(r"(--[\w-]+):", (ASSETS / "tokens.css").read_text(encoding="utf-8")))
    o = observed(**NATURES[nature][0])
    figures = (
        one_panel(Bar(0, o, "var(--o12)", (o,))),
        trend_chart([Line("甲", "var(--bar)", "x", (o,), ())], (2022,), {2023: "没"}, TICKS),
    )
    assert set(colours(figures)) <= tokens


def test_no_chart_offers_to_send_its_data_away() -> None:
    assert charts.CONFIG["showSendToCloud"] is False
    assert charts.CONFIG["plotlyServerURL"] == ""
    assert charts.CONFIG["showLink"] is False


def test_each_colour_slot_has_a_symbol_of_its_own() -> None:
    assert len(charts.SYMBOLS) == 13
    assert len(set(charts.SYMBOLS[1:])) == 12


def test_a_chart_is_the_same_each_time_and_leaves_its_input_alone(
    observed: Callable[..., Observation],
) -> None:
    bars = [Bar(0, observed(**OVER), "var(--o1)")]
    first = one_panel(*bars)
    assert one_panel(*bars) == first
    assert bars == [Bar(0, observed(**OVER), "var(--o1)")]
