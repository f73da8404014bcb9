"""Exported pictures: PNG, SVG and HTML, with their settings printed in."""

import io
import zipfile

import pandas as pd
import pytest
from pages_for_tests import opened

from ui.charts.drawing import DRAWN
from ui.player import page_export

PRINTED = page_export.Stamp(
    ("Text: polish · Seed: 3 · Dimension: 12", "http://x/?dim=12"), "train-3"
)


def test_all_pictures_of_the_main_page_are_packed_with_what_they_show():
    app = opened("dashboard.py", tokens="5000", epochs="2", batch="256", dim="12", seed="3")
    packed = page_export.pack(app.session_state[DRAWN], PRINTED)
    file = zipfile.ZipFile(io.BytesIO(packed))
    endings = [name.rpartition(".")[2] for name in file.namelist()]
    assert endings.count("svg") == endings.count("png") == endings.count("csv") == 3
    assert endings.count("html") == 2
    for name in file.namelist():
        assert name.startswith("train-3/0")
        if name.endswith(".png"):
            assert file.read(name).startswith(b"\x89PNG") and len(file.read(name)) > 10_000
        elif name.endswith(".csv"):
            assert len(pd.read_csv(file.open(name))) >= 10
        else:
            text = file.read(name).decode()
            assert "Dimension: 12" in text and "http://x/?dim=12" in text and "Seed: 3" in text
    words = next(n for n in file.namelist() if n.endswith(".svg") and "words" in n)
    assert "wojsko" in file.read(words).decode()


@pytest.mark.parametrize(
    "script", ["pages/1_Text.py", "pages/4_Optimizers.py", "pages/6_Dropout.py"]
)
def test_pictures_of_other_pages_can_be_drawn(script):
    app = opened(script)
    file = zipfile.ZipFile(io.BytesIO(page_export.pack(app.session_state[DRAWN], PRINTED)))
    assert any(name.endswith(".svg") for name in file.namelist())


def test_a_file_is_named_by_letters_digits_and_hyphens():
    assert page_export.slug("Train: żółty/../../x  dim 12") == "train-żółty-x-dim-12"
    assert len(page_export.slug("a b " * 80)) <= page_export.LONGEST
