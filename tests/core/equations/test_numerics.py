"""The sigmoid on a computer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.equations import numerics
from core.word2vec import losses


def test_only_the_stable_forms_survive_800():
    values = {name: [numerics.value(name, x) for x in (800.0, -800.0)] for name in numerics.FORMS}
    assert [v for v, _ in values["stable"]] == [1, 0] and [v for v, _ in values["log, stable"]] == [
        0,
        800,
    ]
    assert np.isnan(values["paper, expanded"][0][0]) and values["log, paper"][1][0] == np.inf
    complained = {name for name, pair in values.items() if any(complaint for _, complaint in pair)}
    assert complained == {"paper", "paper, expanded", "log, paper"}


@given(st.floats(-20, 20))
def test_all_forms_are_equal_where_nothing_overflows(x):
    for name, (_, _, what) in numerics.FORMS.items():
        wanted = losses.sigmoid(x) if what == "sigmoid" else np.logaddexp(0, -x)
        assert numerics.value(name, x)[0] == pytest.approx(wanted, rel=1e-6, abs=1e-8)
