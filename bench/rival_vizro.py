"""The same chart and table in Vizro, as its guide would have it: one page, one filter.

Run by gunicorn in an environment of its own: `rival_vizro:server`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import vizro.models as vm
from vizro import Vizro
from vizro.models.types import capture
from vizro.tables import dash_ag_grid

MATERIAL = json.loads(Path(os.environ["BENCH_MATERIAL"]).read_text(encoding="utf-8"))
SHOWN = {each["name"]: each for each in MATERIAL["indicators"]}
FIRST = next(each for each in MATERIAL["indicators"] if each["code"] == MATERIAL["first"])
FRAME = pd.DataFrame(
    [
        {"indicator": each["name"], **dict(zip(each["columns"], row, strict=True))}
        for each in MATERIAL["indicators"]
        for row in each["rows"]
    ]
)


@capture("graph")
def comparison(data_frame: pd.DataFrame) -> go.Figure:
    """The figure of the indicator that the filter leaves."""
    return go.Figure(SHOWN[data_frame["indicator"].iloc[0]]["figure"])


page = vm.Page(
    title=FIRST["title"],
    components=[
        vm.Graph(figure=comparison(FRAME)),
        vm.Table(figure=dash_ag_grid(FRAME)),
    ],
    controls=[
        vm.Filter(
            column="indicator",
            selector=vm.Dropdown(options=list(SHOWN), value=FIRST["name"], multi=False),
        )
    ],
)
app = Vizro().build(vm.Dashboard(pages=[page]))
server = app.dash.server
