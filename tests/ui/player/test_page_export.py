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


def test_the_two_runs_of_compare_are_told_apart():
    app = opened("pages/9_Compare.py", tokens="5000", epochs="2", b_seed="2")
    names = [ready["description"] for ready, _, _ in app.session_state[DRAWN].values()]
    assert [name[:2] for name in names if "words as points" in name] == ["A:", "B:"]
    assert len(set(names)) == len(names)


def test_a_file_is_named_by_letters_digits_and_hyphens():
    assert page_export.slug("Train: żółty/../../x  dim 12") == "train-żółty-x-dim-12"
    assert len(page_export.slug("a b " * 80)) <= page_export.LONGEST
    assert page_export.slug("word " * 20) == "-".join(["word"] * 12)  # no word is cut
    assert page_export.slug("a" * 80) == "a" * page_export.LONGEST


@pytest.mark.parametrize(
    "page, given, said, name",
    [
        (
            "Train",
            {"dim": ["12"]},
            "Text: polish · Seed: 1 · Dimension: 12",
            "train-polish-seed-1-dim-12",
        ),
        (
            "Train",
            {},
            "Text: polish · Seed: 1 · all other settings as they are",
            "train-polish-seed-1",
        ),
        ("Weight decay", {"corpus": ["english"]}, "all settings as they are", "weight-decay"),
        (
            "Text",
            {"corpus": ["english"], "seed": ["3"]},
            "Text: english · all other",
            "text-english",
        ),
    ],
)
def test_only_what_a_page_depends_on_is_printed_and_the_link_holds_all(
    page, given, said, name, monkeypatch
):
    monkeypatch.setattr(page_export.address, "settings_of_all", lambda: given)
    printed = page_export.stamp(page)
    assert printed.lines[0].startswith(said) and printed.name == name
    assert all(f"{key}={values[0]}" in printed.lines[1] for key, values in given.items())


def test_a_page_without_pictures_says_so_in_the_file():
    file = zipfile.ZipFile(io.BytesIO(page_export.pack({}, PRINTED)))
    (name,) = file.namelist()
    assert name == "train-3/no-pictures.txt" and b"no chart" in file.read(name)
