"""Charts of the equations page: constant specs, and tables that hold the numbers shown."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ui.equations import charts, curves

CHARTS = [
    (charts.bars, ("y", "y", 6)),
    (charts.bars, ("error", "e", 6)),
    (charts.cells, ("dU", 6, 2)),
    (charts.cells, ("dU", 6, 40, True)),
    (charts.arrows, (1.5,)),
    (charts.loss_against_lr, (3.0,)),
    (curves.error_curve, ()),
    (curves.sigmoid, ()),
    (curves.cost, ("µs", 1e6)),
]


@pytest.mark.parametrize(("chart", "arguments"), CHARTS)
def test_a_spec_is_valid_holds_no_data_and_can_be_read_from_afar(chart, arguments):
    text = json.dumps(chart(*arguments).to_dict())
    assert 'values": [{' not in text and '"datasets"' not in text
    sizes = [int(part.split(",")[0].split("}")[0]) for part in text.split('ontSize": ')[1:]]
    assert min(sizes, default=15) >= 15


def test_cells_show_their_numbers_and_which_are_wrong():
    table = charts.cell_table(
        ["a", "b"], np.array([[1.0, -2.0], [0.5, 0.0]]), np.array([[False, True], [False, False]])
    )
    assert list(table.text) == ["1.000", "-2.000 ✗", "0.500", "0.000"]
    assert list(table.share) == [0.5, -1.0, 0.25, 0.0]
    assert list(zip(table.row, table.column, table.entry, strict=True)) == [
        (0, 0, 1),
        (0, 1, 2),
        (1, 0, 1),
        (1, 1, 2),
    ]


def test_a_matrix_of_zeros_has_no_color():
    assert not charts.cell_table(["a"], np.zeros(3)).share.any()


def test_the_picture_of_arrows_holds_all_tips_and_its_size_seldom_changes():
    extents = set()
    for size in np.linspace(1, 1.5, 20):
        table, extent = charts.arrow_table(
            [("v_c", "v", (0, 0), (size, 0)), ("u_o", "u", (0, 0), (0, -size))]
        )
        assert extent > size
        extents.add(extent)
    assert len(extents) <= 2
    # to the right, and down; a triangle without rotation points up
    assert list(table.turn) == [90, 180]


def test_drawing_leaves_the_kept_spec_alone():
    def script():
        import streamlit as st

        from ui.charts import drawing
        from ui.equations import charts

        table = charts.bar_table(["a", "b"], [1, 0])
        for k in range(2):
            drawing.draw(st, charts.bars, "y", "y", 2, rows={"bars": table}, key=f"bars {k}")

    app = AppTest.from_function(script).run()
    assert not app.exception
    one, two = (node.proto.spec for node in app.get("vega_lite_chart"))
    assert one == two and len(app.get("vega_lite_chart")[0].proto.datasets) == 1
