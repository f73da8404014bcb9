"""A still chart drawn with the player's Vega.

Streamlit's own charts load a second Vega and Apache Arrow. A page that shows nothing else of
Streamlit's that needs them shows its first picture sooner (benchmarks/latency.py).
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from ui.charts import drawing
from ui.player import player, vega

SCRIPT = player.DRAWING + Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
BODY = '<div data-part="root"></div>'
# In two lines: Streamlit takes a single one for the name of a file
STYLE = """
[data-part=root] { position: relative;
  overflow: hidden; }
"""
_still = st.components.v2.component(
    "still_chart",
    html=BODY,
    css=STYLE,
    js=f"{SCRIPT}\nexport default mounting(Still, (chart, {{ data }}) => chart.receive(data));\n",
)


def draw(
    function: Callable, *arguments: Any, rows: pd.DataFrame, key: str, height: int | None = None
) -> None:
    """Draw a chart function of one table as `drawing.draw` does; new rows leave the frame as it is.

    key: names the place on the page. height: pixels; None: that of the chart.
    """
    _still(key=key, data=message(function, *arguments, rows=rows, height=height))


def message(
    function: Callable, *arguments: Any, rows: pd.DataFrame, height: int | None = None
) -> dict[str, Any]:
    """What the browser needs to draw such a chart; it is kept for taking it home."""
    spec = drawing.spec(function, *arguments)
    drawing.keep(function, *arguments, tables={drawing.ROWS: rows})
    height = height or spec["height"]
    return {
        "spec": spec,
        "columns": {name: _plain(column) for name, column in rows.items()},
        "name": drawing.ROWS,
        "height": height,
        "large": height >= drawing.LARGE,
        "vega": vega.url(),
    }


def _plain(column):
    """Cells fit for JSON, which has no NaN: five decimals are more than a pixel shows."""
    cells = (column.round(5) if column.dtype.kind == "f" else column).tolist()
    return [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in cells]
