"""The one way to draw a still chart: its spec is built once, and only rows travel afterwards.

Altair takes 20 to 200 ms to build a chart, and a browser that gets another spec takes the chart
down: pages draw with functions of what a chart shows, never of its numbers.
"""

import inspect
import threading
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
import streamlit as st
from altair.utils import schemapi
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from ui.charts import theme

ROWS = "source"  # the name of the rows of a chart of one table
DRAWN = "drawn charts"  # in the session: what the page has drawn in this run
LARGE = 250  # pixels from which a chart fills the screen in the presenter's view
# Their background: as transparent as that of other charts, but a style sheet can tell it from those
MARK = "rgba(0, 0, 0, 0)"
# Whether Altair checks what is built: half of the time. The tests of pages switch it on
CHECKED = False
SHARED_BYTES = 10_000_000  # of rows, as they travel, that are kept for other visitors
_building = threading.RLock()
_shared, _sharing = {}, threading.Lock()  # key -> Shared, least recently used first


def spec(function, *arguments):
    """The finished spec of a chart function and its (hashable) arguments, built once.

    The first sentence of the function's docstring is the chart's text alternative.
    """
    with _building:  # a class that comes at once would build the same chart thirty times
        return _built(function, *arguments)


@lru_cache(maxsize=256)
def _built(function, *arguments):
    said = " ".join(inspect.getdoc(function).split(".")[0].split())
    with schemapi.debug_mode(CHECKED):
        built = theme.for_both_pages(function(*arguments).to_dict(validate=CHECKED))
    return built | {"config": theme.config(), "description": said + "."}


@dataclass(frozen=True, eq=False)
class Shared:
    """Rows that several visitors see, and their bytes as they travel."""

    frame: pd.DataFrame
    arrow: bytes


def shared(key, make):
    """Rows for `draw` that are made once for all visitors who see the same, as a class does.

    key: hashable, all that the rows are made of, so they are never those of something else. make:
    () -> a data frame, which nobody changes. The most recently used are kept, up to SHARED_BYTES.
    """
    with _sharing:
        if key in _shared:
            _shared[key] = _shared.pop(key)
            return _shared[key]
    frame = make()
    rows = Shared(frame, convert_anything_to_arrow_bytes(frame))
    with _sharing:
        _shared[key] = rows
        while sum(len(one.arrow) for one in _shared.values()) > SHARED_BYTES:
            del _shared[next(iter(_shared))]
    return rows


def draw(place, function, *arguments, rows, **options):
    """Draw a chart function of some arguments with these rows; new rows leave the frame, and the
    zoom, as they are.

    rows: a data frame or Shared, or one for each name of an `alt.NamedData`; options: as for
    `st.vega_lite_chart`. Returns the place of the chart, which another draw fills again, or with
    `on_select` the selection.
    """
    tables = rows if isinstance(rows, dict) else {ROWS: rows}
    frames = {name: t.frame if isinstance(t, Shared) else t for name, t in tables.items()}
    sent = {name: t.arrow if isinstance(t, Shared) else t for name, t in tables.items()}
    ready = keep(function, *arguments, tables=frames)
    if isinstance(ready.get("height"), int):
        options = {"height": ready["height"]} | options  # kept free until the chart is there
    if options.get("height", 0) >= LARGE:
        ready = ready | {"background": MARK}
    return place.vega_lite_chart(spec=ready | {"datasets": sent}, theme=None, **options)


def keep(function, *arguments, tables):
    """Keep what a chart shows, so that it can be taken home; returns its spec in the page's colors,
    which the caller may write into.
    """
    ready = deepcopy(spec(function, *arguments))
    ready["params"] = ready.get("params", []) + theme.params()
    remember((function.__module__, function.__name__, *arguments), ready, tables)
    return ready


def remember(key, ready, tables, animation=None):
    """Keep what the page draws, so that it can be taken home; what is drawn again replaces it.

    animation: the message to the player, which holds the rows instead of the tables.
    """
    drawn = st.session_state.setdefault(DRAWN, {})
    drawn[key] = ready, tables, animation


def forget():
    """Begin a page: nothing is drawn yet. Returns where what is drawn will be kept."""
    st.session_state[DRAWN] = {}
    return st.session_state[DRAWN]
