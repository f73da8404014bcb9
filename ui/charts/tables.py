"""Charts of several tables that follow a slider; `ui.charts.base.draw` is the same for charts of
one table.
"""

from copy import deepcopy

from ui.charts import base


def draw(place, chart, arguments, tables, **options):
    """Draw a chart whose spec is built once: only its tables travel when a slider moves.

    place: where, such as a column. chart: a function of hashable arguments that returns an
    `alt.Chart` whose layers read `alt.NamedData(name)`; tables: name -> data frame. options: as for
    `st.vega_lite_chart`, which returns the selection.
    """
    spec = deepcopy(base.themed(base.spec(chart, *arguments)))  # Streamlit writes into it
    return place.vega_lite_chart(spec=spec | {"datasets": tables}, **options)
