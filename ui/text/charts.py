"""The chart of a text: how often each word occurs."""

import altair as alt

from ui.charts import theme
from ui.charts.drawing import ROWS


def ranks():
    """Count against rank, both logarithmic, with the words shown marked. Columns: rank, count,
    word, shown.
    """
    axis = alt.Axis(tickCount=4, format="~s")
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X("rank:Q", title="rank", scale=alt.Scale(type="log"), axis=axis),
        y=alt.Y("count:Q", title="times seen", scale=alt.Scale(type="log"), axis=axis),
        tooltip=["word:N", "rank:Q", "count:Q"],
    )
    marked = base.transform_filter("datum.shown")
    return alt.layer(
        base.mark_line(color=theme.COLORS[0], strokeWidth=3),
        marked.mark_point(size=110, filled=True, color=theme.COLORS[1], shape="square", opacity=1),
    )
