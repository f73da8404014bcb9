"""Pictures of many runs: equal units on both axes, whatever the size of the chart."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import vl_convert

from ui.charts import drawing, theme
from ui.seeds import charts, small_pictures

CHOSEN = SimpleNamespace(words=["a", "b"], groups=["one", "two"])
PICTURE = np.array([[-1.0, 0.5], [1.0, -0.5]])


def places(spec, rows, width, height):
    """Pixels of the points that a chart draws, in their order."""
    colors = [{"name": name, "value": value} for name, value in theme.THEMES["light"].items()]
    table = rows.astype(object).where(rows.notna(), None).to_dict("records")
    spec = {**spec, "params": [*spec["params"], *colors], "datasets": {drawing.ROWS: table}}
    spec |= {"width": width, "height": height}
    drawn = vl_convert.vegalite_to_svg(spec, vl_version="6.4")
    found = re.findall(
        r'"point" (?:href="[^"]*" )?transform="translate\(([-\d.]+),([-\d.]+)\)', drawn
    )
    return np.array(found, float)


@pytest.mark.parametrize("width, height", [(800, 300), (300, 600)])
def test_small_pictures_have_equal_units(width, height):
    rows = small_pictures.picture_rows(
        ["1", "2"], ["", ""], ["", ""], [PICTURE, PICTURE], [False, False], CHOSEN
    )
    spec = drawing.spec(small_pictures.chart, *small_pictures.grid(2), ("one", "two"))
    points = places(spec, rows, width, height)
    assert len(points) == 4
    step = points[1] - points[0]
    assert step[0] > 20 and step[0] / 2 == pytest.approx(step[1] / 1, rel=1e-3)


@pytest.mark.parametrize("width, height", [(800, 300), (300, 600)])
def test_clouds_have_equal_units(width, height):
    rows = charts.cloud_rows(CHOSEN, np.stack([PICTURE] * 2), np.ones(2), 0.5, ["1", "2"])
    points = places(drawing.spec(charts.clouds, ("one", "two")), rows, width, height)
    assert len(points) == 4
    step = points[1] - points[0]
    assert step[0] / 2 == pytest.approx(step[1], rel=1e-3)
    assert step[0] == pytest.approx(2 * min(width, height) / (2 * theme.EDGE), rel=1e-3)
