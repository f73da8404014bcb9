"""Charts that follow a slider: the spec is built once for each shape of the data, and only its tables travel."""
from copy import deepcopy
from functools import lru_cache


def draw(place, chart, arguments, tables, **options):
    """Draw a chart without building it anew: Altair takes 30 to 150 ms to build and validate one, ten times a slider's turn.

    place: where, such as a column. chart: a function of hashable arguments that returns an `alt.Chart` whose layers read
    `alt.NamedData(name)`; tables: name -> data frame. options: as for `st.vega_lite_chart`, which returns the selection.
    """
    spec = deepcopy(_spec(chart, *arguments))       # Streamlit writes into it
    return place.vega_lite_chart(spec=spec | {"datasets": tables}, **options)


@lru_cache(maxsize=200)
def _spec(chart, *arguments):
    return chart(*arguments).to_dict()

