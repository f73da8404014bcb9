"""A still chart in which points are selected with a lasso."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from ui.charts import drawing
from ui.player import player

SCRIPT = player.DRAWING + Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
STYLE = """
[data-part=root] { position: relative; overflow: hidden; cursor: crosshair; user-select: none; }
svg { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
path { fill: var(--st-primary-color); fill-opacity: 0.12; stroke: var(--st-primary-color);
  stroke-width: 2; stroke-dasharray: 6 4; }
"""
_lasso = st.components.v2.component(
    "lasso", html='<div data-part="root"></div>', css=STYLE, js=SCRIPT
)


def draw(
    function: Callable,
    *arguments: Any,
    rows: pd.DataFrame,
    key: str,
    height: int,
    on_selected: Callable[[], None],
) -> None:
    """Draw a chart function of one table as `drawing.draw` does; its points have the columns x and
    y. on_selected: called with a new selection, which is then `selected(key)`.
    """
    drawing.keep(function, *arguments, tables={drawing.ROWS: rows})
    data = {
        "spec": drawing.spec(function, *arguments),
        "columns": {name: _plain(column) for name, column in rows.items()},
        "name": drawing.ROWS,
        "height": height,
        "vega": player.vega_url(),
    }
    _lasso(key=key, data=data, on_selected_change=on_selected)


def selected(key: str) -> list[int]:
    """The numbers of the rows inside the newest lasso."""
    return list(st.session_state[key].selected or ())


def _plain(column):
    """Cells fit for JSON, which has no NaN: five decimals are more than a pixel shows."""
    cells = (column.round(5) if column.dtype.kind == "f" else column).tolist()
    return [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in cells]
