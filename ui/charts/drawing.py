"""The one way to draw a still chart: its spec is built once, and only rows travel afterwards.

Altair takes 50 to 400 ms to build a chart, and a browser that gets another spec takes the chart
down: pages draw with functions of what a chart shows, never of its numbers.
"""

import inspect
from copy import deepcopy
from functools import lru_cache

from ui.charts import theme

ROWS = "source"  # the name of the rows of a chart of one table


@lru_cache(maxsize=256)
def spec(function, *arguments):
    """The finished spec of a chart function and its (hashable) arguments, built once.

    The first sentence of the function's docstring is the chart's text alternative.
    """
    said = " ".join(inspect.getdoc(function).split(".")[0].split())
    return function(*arguments).to_dict() | {"config": theme.config(), "description": said + "."}


def draw(place, function, *arguments, rows, **options):
    """Draw a chart function of some arguments with these rows; new rows leave the frame, and the
    zoom, as they are.

    rows: a data frame, or one for each name of an `alt.NamedData`; options: as for
    `st.vega_lite_chart`. Returns the place of the chart, which another draw fills again, or with
    `on_select` the selection.
    """
    ready = deepcopy(spec(function, *arguments))  # Streamlit writes into it
    ready["params"] = ready.get("params", []) + theme.params()
    ready["datasets"] = rows if isinstance(rows, dict) else {ROWS: rows}
    return place.vega_lite_chart(spec=ready, theme=None, **options)
