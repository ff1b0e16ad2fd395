"""The same chart and table in Streamlit: `streamlit run rival_streamlit.py`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st


@st.cache_data
def material() -> dict[str, Any]:
    """What is shown, read once."""
    read: dict[str, Any] = json.loads(
        Path(os.environ["BENCH_MATERIAL"]).read_text(encoding="utf-8")
    )
    return read


st.set_page_config(layout="wide")
held = {each["name"]: each for each in material()["indicators"]}
names = list(held)
first = next(n for n, each in held.items() if each["code"] == material()["first"])
chosen = st.selectbox("indicator", names, index=names.index(first))
shown = held[chosen]
st.title(shown["title"])
st.plotly_chart(go.Figure(shown["figure"]), config={"displayModeBar": False})
st.dataframe(pd.DataFrame(shown["rows"], columns=shown["columns"]), hide_index=True)
