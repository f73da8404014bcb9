"""The chart of a text, how often each word occurs, and the slopes of its line."""

import altair as alt
import numpy as np
from numpy.typing import NDArray

from ui.charts import theme
from ui.charts.drawing import ROWS

ENDS = 30  # words: fewer have no slopes worth telling


def slopes(counts: NDArray) -> tuple[float, float]:
    """Slopes of log count against log rank, by least squares: of the first tenth of the ranks, and
    of the rest. counts: (V,), falling.
    """
    x, y = np.log(np.arange(1, len(counts) + 1)), np.log(counts)
    tenth = max(2, len(counts) // 10)
    first, last = (
        np.polyfit(x[part], y[part], 1)[0] for part in np.split(np.arange(len(x)), [tenth])
    )
    return float(first), float(last)


def ranks():
    """How often each word occurs against its rank, both on logarithmic axes. Columns: rank, count,
    word, shown (marked).
    """
    axis = alt.Axis(tickCount=4, format="~s")
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X("rank:Q", title="rank", scale=alt.Scale(type="log"), axis=axis),
        y=alt.Y("count:Q", title="occurrences", scale=alt.Scale(type="log"), axis=axis),
        tooltip=["word:N", "rank:Q", "count:Q"],
    )
    marked = base.transform_filter("datum.shown")
    return alt.layer(
        base.mark_line(color=theme.COLORS[0], strokeWidth=3),
        marked.mark_point(size=110, filled=True, color=theme.COLORS[1], shape="square", opacity=1),
    )
