"""Files that pages give away are called after text and settings."""

import pytest
from pages_for_tests import opened
from streamlit.elements.widgets.button import ButtonMixin

SMALL = {"tokens": "5000", "epochs": "2", "seed": "7"}
PAGES = [
    ("dashboard.py", SMALL, "vectors-polish-seed-7-"),
    ("dashboard.py", SMALL, "run-polish-seed-7-"),
    ("pages/8_Explore.py", SMALL, "run-polish-seed-7-"),
    ("pages/4_Optimizers.py", {"opt_steps": "20"}, "optimizers-"),
    ("pages/4_Optimizers.py", SMALL | {"opt_loss": "word2vec"}, "optimizers-polish-seed-7-"),
    ("pages/3_Equations.py", {"gr_dim": "3"}, "derivation-equations-"),
    ("pages/2_Seeds.py", {"seeds_part": "Your board"}, "board-seeds-polish-seed-1-"),
]


@pytest.mark.parametrize("script, settings, name", PAGES)
def test_a_file_is_called_after_its_settings(monkeypatch, script, settings, name):
    given, button = [], ButtonMixin._download_button

    def noted(self, *arguments, **options):
        given.append(options["file_name"])
        return button(self, *arguments, **options)

    monkeypatch.setattr(ButtonMixin, "_download_button", noted)
    opened(script, **settings)
    assert [one for one in given if one.startswith(name)], given
