"""The table of controls: each row keeps its own rules, and a written address is read back."""

import re

import pytest

from ui.controls import documentation
from ui.controls.control import Choice, Number, Several, Switch, Text
from ui.controls.pages import PAGES
from ui.controls.sidebar import SLIDERS
from ui.controls.table import CONTROLS, OLD_NAMES
from ui.jobs.broker import ROOT

FIXED = [row for row in CONTROLS.values() if getattr(row, "options", {}) is not None]


def some(row):
    """Some allowed values of a control."""
    if isinstance(row, Several):
        return [[], list(row.options)]
    if isinstance(row, Choice):
        return list(row.options)
    if isinstance(row, Switch):
        return [True, False]
    if isinstance(row, Number):
        return [value for value in (row.low, row.high) if value != row.empty]
    return ["", "pies; kot &=%ż"]


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row.key)
def test_what_is_written_is_read_again(row):
    for value in (row.default, *some(row)):
        assert row.read(row.write(value)) == (value, "")


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row.key)
def test_bad_values_are_named_with_the_label_and_in_few_letters(row):
    for rubbish in ("[x](http://y)", "x" * 5_000):
        value, sentence = row.read([rubbish])
        if isinstance(row, Text) and len(rubbish) <= row.most:
            assert (value, sentence) == (rubbish, "")
        else:
            assert sentence.startswith(row.label) and len(sentence) < 300
            assert "[x](" not in sentence


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row.key)
def test_a_name_that_is_given_twice_gets_a_notice(row):
    value = row.write(some(row)[-1])
    if not isinstance(row, Several):
        assert row.read(value * 2)[1].startswith(f"{row.label} is in the address 2 times")


def test_numbers_are_read_however_they_are_written():
    dim = CONTROLS["dim"]
    assert dim.read(["1e1"]) == (10, "") and dim.read([" 12 "]) == (12, "")
    value, sentence = dim.read(["7.5"])
    assert value == 7 and "not a whole number" in sentence


def test_empty_boxes_have_no_number_and_older_links_have_one():
    assert CONTROLS["init_seed"].read(["-1"]) == (None, "")
    assert CONTROLS["lr"].read(["0"]) == (None, "") == CONTROLS["iterations"].read(["0"])
    assert all(row.placeholder for row in FIXED if isinstance(row, Number) and row.default is None)


def test_older_links_are_read():
    assert OLD_NAMES["gr_centre"] == "gr_center" and OLD_NAMES["opt_words_seed"] == "seed"
    assert not set(OLD_NAMES) & set(CONTROLS)
    assert CONTROLS["show"].read(["My own"]) == ("own", "")
    assert CONTROLS["opt_which"].read(["SGD", "Adam"]) == (["sgd", "adam"], "")


def test_every_control_is_on_a_page_that_exists():
    assert all(row.pages and set(row.pages) <= set(PAGES) for row in CONTROLS.values())
    assert all((ROOT / script).exists() for script in PAGES.values())
    assert len(PAGES) == 1 + len(list((ROOT / "pages").glob("[0-9]*.py")))


def test_the_description_of_the_address_is_that_of_the_table():
    described = (ROOT / "docs" / "address.md").read_text(encoding="utf8")
    assert described == documentation.text()


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
def test_a_box_over_a_wide_range_has_a_step_and_no_label_explains_a_number_as_none(control):
    box = isinstance(control, Number) and control.key not in SLIDERS and "seed" not in control.key
    if box and control.high - control.low > 1_000:
        assert control.step and control.step > 0, "the default step is 1 or 0.01"
    assert not re.search(r"\(-?\d+[:=]", control.label), "an empty box says so without a number"
