"""The chart of counts against ranks."""

import pandas as pd
import vl_convert

from ui.charts import drawing, theme
from ui.text import charts


def test_ranks_mark_the_words_shown_on_two_logarithmic_axes():
    rows = pd.DataFrame(
        {
            "rank": [1, 10, 100],
            "count": [500, 50, 5],
            "word": ["i", "pies", "kot"],
            "shown": [False, True, False],
        }
    )
    spec = drawing.spec(charts.ranks)
    scales = [layer["encoding"][name]["scale"] for layer in spec["layer"] for name in "xy"]
    assert all(scale["type"] == "log" for scale in scales)
    colors = [{"name": name, "value": value} for name, value in theme.THEMES["light"].items()]
    spec = spec | {"params": colors, "datasets": {drawing.ROWS: rows.to_dict("records")}}
    drawn = vl_convert.vegalite_to_svg(spec, vl_version="6.4")
    assert drawn.count('aria-roledescription="point"') == 1 and "word: pies" in drawn
