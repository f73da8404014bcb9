"""The glossary names functions that exist, and every number that a page shows."""

import importlib
from pathlib import Path

import pytest

from ui.glossary import entries, view

UI = Path(__file__).parents[3] / "ui"
TERMS, NUMBERS = entries.read()


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.label)
def test_the_function_that_computes_a_number_exists(number):
    module, name = number.function.split(":")
    found = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found) and (UI.parent / number.file).exists()


def test_every_term_has_a_name_in_both_languages():
    assert all(term.english and term.polish and term.meaning for term in TERMS)
    assert len({term.english for term in TERMS}) == len(TERMS)


def test_no_cell_breaks_its_table():
    for line in view.table(("a", "b", "c", "d"), map(view._term, TERMS)).splitlines():
        assert line.count(" | ") == 3 and "\n" not in line
