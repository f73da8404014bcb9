"""No page builds a chart that it, or another visitor's, has built before: building takes longer
than all else that a page with a finished result does. Nor are the rows of thirty equal pages of
many seeds made thirty times.
"""

import altair as alt
import pytest
from pages_for_tests import opened

from core.seeds import run_set
from ui.seeds import charts, small_pictures

PAGES = {
    "5_Weight_decay.py": [{}, {"decay_experiment": "Five ways on a surface"}],
    "6_Dropout.py": [{}, {"drop_experiment": "Uncertainty"}],
    "4_Optimizers.py": [{}],
    "2_Seeds.py": [{"seeds_n": "2", "tokens": "5000", "epochs": "1"}],
}


@pytest.mark.parametrize(
    ("page", "query"), [(page, query) for page, queries in PAGES.items() for query in queries]
)
def test_a_second_visitor_gets_the_charts_of_the_first(page, query, monkeypatch):
    opened(f"pages/{page}", **query)
    built = []
    to_dict = alt.TopLevelMixin.to_dict

    def counted(chart, *arguments, **options):
        built.append(chart)
        return to_dict(chart, *arguments, **options)

    monkeypatch.setattr(alt.TopLevelMixin, "to_dict", counted)
    opened(f"pages/{page}", **query)
    assert not built


def test_a_second_visitor_gets_the_rows_of_the_first(monkeypatch):
    query = {"seeds_n": "3", "tokens": "5000", "epochs": "1"}
    first = opened("pages/2_Seeds.py", **query)
    made = []
    for module, name in (
        *((run_set, "pictures"), (small_pictures, "picture_rows")),
        *((charts, "stability_rows"), (charts, "cloud_rows")),
    ):
        monkeypatch.setattr(module, name, lambda *given, name=name: made.append(name))
    second = opened("pages/2_Seeds.py", **query)
    assert not made
    sent = [
        [one.data.data for chart in app.get("vega_lite_chart") for one in chart.proto.datasets]
        for app in (first, second)
    ]
    assert sent[0] == sent[1] and len(sent[0]) > 4
