"""A still chart in which points are selected with a lasso."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from ui.player import still

SCRIPT = still.SCRIPT + Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
STYLE = f"""{still.STYLE}
[data-part=root] {{ cursor: crosshair; user-select: none; }}
svg {{ position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }}
path {{ fill: var(--st-primary-color); fill-opacity: 0.12; stroke: var(--st-primary-color);
  stroke-width: 2; stroke-dasharray: 6 4; }}
"""
_lasso = st.components.v2.component("lasso", html=still.BODY, css=STYLE, js=SCRIPT)


def draw(
    function: Callable,
    *arguments: Any,
    rows: pd.DataFrame,
    key: str,
    height: int,
    on_selected: Callable[[], None],
) -> None:
    """Draw a chart function of one table; its points have the columns x and y. on_selected: called
    with a new selection, which is then `selected(key)`.
    """
    data = still.message(function, *arguments, rows=rows, height=height)
    _lasso(key=key, data=data, on_selected_change=on_selected)


def selected(key: str) -> list[int]:
    """The numbers of the rows inside the newest lasso."""
    return list(st.session_state[key].selected or ())
