"""The chart of two losses, and two trainings shown at the same share of their work."""

import re
from dataclasses import dataclass

import pytest
import vl_convert

from ui.charts import theme
from ui.charts.drawing import spec as built
from ui.compare import charts, pictures
from ui.player import player
from ui.train.training_state import Seen


@dataclass
class Shot:
    """The fields of a snapshot that these tests need."""

    done: float


@pytest.mark.parametrize("relative", [True, False])
def test_both_losses_are_drawn(relative):
    spec = built(charts.losses, relative)
    frames = [{"epoch": [k / 4, k / 2], "loss": [1 - k / 9, 1 - k / 5]} for k in range(4)]
    rows = player.rows({"frames": frames, "static": {"run": list(charts.RUNS)}})
    given = {"step": 3, "epochs": 2, "low": 0, "high": 1}
    own = [p | {"value": given[p["name"]]} for p in spec["params"]]
    colors = [{"name": n, "value": v} for n, v in theme.THEMES["light"].items()]
    shown = [{"name": "shown", "value": 3}]
    drawn = vl_convert.vegalite_to_svg(
        {**spec, "params": [*own, *colors, *shown], "datasets": {player.DATASET: rows}},
        vl_version="6.4",
    )
    assert "NaN" not in drawn and ("relative loss" in drawn) == relative
    assert "stroke-dasharray" in drawn, "B has a dash as well as a color"


def test_a_training_with_other_snapshots_is_shown_at_the_same_share_of_the_work():
    a = Seen(snapshots=[Shot(done) for done in (0, 0.1, 0.5, 1)])
    b = Seen(snapshots=[Shot(done) for done in (0, 0.45, 0.9, 0.95, 1)])
    assert [s.done for s in pictures.in_step(a, b).snapshots] == [0, 0, 0.45, 1]
    assert len(b.snapshots) == 5


@pytest.mark.parametrize("relative", [True, False])
def test_no_mark_leaves_the_chart_of_the_losses(relative):
    """A mark beyond it makes the browser shrink the chart to nothing."""
    losses = [[1.0, 4.0], [0.9, 2.0], [0.8, 500.0], [0.7, float("nan")]]
    low, high = charts.loss_axis(losses)
    assert low < 0.7 and 4.0 < high < 12.1, "the start of both is in view, what runs away is not"
    frames = [{"epoch": [float(k), float(k)], "loss": pair} for k, pair in enumerate(losses)]
    static = {"run": list(charts.RUNS)}
    plain = [player._plain(frame) for frame in frames]
    rows = player.rows({"frames": plain, "static": static})
    spec = built(charts.losses, relative)
    for step in (0, 0.5, 1.5, 3):
        given = {"step": step, "epochs": 3, "low": low, "high": high}
        own = [p | {"value": given[p["name"]]} for p in spec["params"]]
        colors = [{"name": n, "value": v} for n, v in theme.THEMES["light"].items()]
        shown = [{"name": "shown", "value": int(step)}]
        drawn = vl_convert.vegalite_to_vega(
            {
                **spec,
                "params": [*own, *colors, *shown],
                "datasets": {player.DATASET: rows},
                "height": 200,
                "autosize": {"type": "fit", "contains": "padding"},
            },
            vl_version="6.4",
        )
        plot = re.search(r"M0,0h\d+v(\d+)h", vl_convert.vega_to_svg(drawn))
        assert int(plot[1]) > 80, "what is drawn outside takes the place of the chart"
