"""The glossary names functions that exist, and has an entry for every number on a page."""

import ast
import importlib
from pathlib import Path

import pytest

from ui.escaping import table
from ui.glossary import entries, view

UI = Path(__file__).parents[3] / "ui"
TERMS, NUMBERS = entries.read()


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.label)
def test_the_function_that_computes_a_number_exists(number):
    module, name = number.function.split(":")
    found = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    assert (callable(found) or isinstance(found, property)) and (UI.parent / number.file).exists()


def labels_of_metrics():
    """The label of each number on the pages, where the code has it as a literal string."""
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            metric = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "metric"
            if metric and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def test_every_number_of_the_pages_is_in_the_glossary():
    shown = set(labels_of_metrics())
    assert len(shown) > 10 and shown <= {number.label for number in NUMBERS}


def test_every_term_has_a_name_in_both_languages():
    assert all(term.english and term.polish and term.meaning for term in TERMS)
    assert len({term.english for term in TERMS}) == len(TERMS)


def test_no_cell_breaks_its_table():
    for line in table(("a", "b", "c", "d"), map(view._term, TERMS)).splitlines():
        assert line.count(" | ") == 3 and "\n" not in line
