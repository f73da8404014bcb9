"""Sentences of the pages Train and Text, each compared with what it speaks of."""

import re

import numpy as np
import pytest
from pages_for_tests import opened

from core.seeds.starting_points import STARTS
from core.settings import TextSettings
from core.texts import registry
from ui.text import charts, view

SMALL = {"tokens": "6000", "epochs": "1"}


def said(app):
    return " ".join(e.value for kind in (app.main.markdown, app.main.caption) for e in kind)


@pytest.mark.parametrize("start", STARTS)
def test_each_start_trains_on_a_generated_text_with_groups_planted_in_it(start):
    """Also from a page that shows another text: a start resets all settings."""
    assert "corpus" not in start.differs()
    entry = registry.registry()[TextSettings().corpus]
    assert entry.kind == "generated" and registry.load(TextSettings(tokens=5_000)).facts().groups


@pytest.mark.parametrize(
    "query, wanted",
    [
        ({}, "same color and shape"),
        ({"show": "frequent"}, "similar use"),
        ({"show": "own", "words": "film kot"}, "similar use"),
        ({"show": "own", "words": "film; kot"}, "same color and shape"),
    ],
)
def test_groups_are_looked_for_only_where_there_are_several(query, wanted):
    text = said(opened("dashboard.py", **SMALL, **query))
    assert wanted in text and ("same color" in text) == (wanted == "same color and shape")


def test_all_lines_are_measured_on_the_same_center_words_and_the_number_on_all():
    found = re.search(
        r"the same ([\d,]+) of ([\d,]+) center words, the number",
        said(page := opened("dashboard.py")),
    )
    some, words = (int(number.replace(",", "")) for number in found.groups())
    assert 0 < some < words and f"{words:,} words in the vocabulary" in said(page)
    assert "thinned text" not in said(page)
    assert "thinned text" in said(opened("dashboard.py", **SMALL, subsample="0.001"))


@pytest.mark.parametrize("slope", [-0.5, -1.0, -2.0])
def test_the_slope_told_is_that_of_the_line(slope):
    counts = 1e9 * np.arange(1, 2_001) ** slope
    assert charts.slopes(counts) == pytest.approx((slope, slope))
    bent = np.concatenate([counts[:200], counts[199] * (np.arange(1, 1_801) / 1.0) ** -3])
    first, last = charts.slopes(bent)
    assert first == pytest.approx(slope) and last < first
    assert f"is −{-slope:.2f} down" in view._zipf(counts)


def test_a_text_of_few_words_has_no_slope():
    assert "Here" not in view._zipf(np.arange(29, 0, -1))


@pytest.mark.parametrize(
    "most, often", [("20000", "those that occur 3"), ("100", "the most frequent of")]
)
def test_the_vocabulary_is_of_words_that_occur_often_enough_or_of_the_most_frequent(most, often):
    text = said(opened("pages/1_Text.py", tokens="6000", max_vocabulary=most))
    assert f"different words: {often}" in text
