"""The look of all charts: contrast of letters and marks, and differences that need no color."""

import json
from itertools import combinations

import numpy as np
import pytest

from ui.charts import drawing, theme
from ui.classroom import charts as class_charts
from ui.compare import charts as compare_charts
from ui.explore import charts as explore_charts
from ui.seeds import charts as seeds_charts
from ui.seeds import small_pictures
from ui.train import charts

# Severity 1.0 of Machado, Oliveira and Fernandes (2009), table 1: on linear RGB
PROTANOPIA = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]
DEUTERANOPIA = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
]
XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


def linear(color):
    """A hexadecimal color as linear RGB (IEC 61966-2-1)."""
    part = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(one, two):
    """The contrast ratio of WCAG 2.2."""
    light = sorted(linear(color) @ np.array(XYZ[1]) for color in (one, two))
    return (light[1] + 0.05) / (light[0] + 0.05)


def lab(color, vision):
    """CIE L*a*b* of a color, as seen with a given kind of color vision."""
    x = np.array(XYZ) @ np.clip(np.array(vision) @ linear(color), 0, 1) / [0.9505, 1, 1.089]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one, two, vision):
    """Delta E (CIE 1976)."""
    return float(np.linalg.norm(lab(one, vision) - lab(two, vision)))


def test_contrast_and_difference_are_those_of_the_books():
    assert contrast("#000000", "#ffffff") == pytest.approx(21, abs=0.01)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert difference("#000000", "#ffffff", np.eye(3)) == pytest.approx(100, abs=0.1)
    red_and_green = [difference("#ff0000", "#00aa00", v) for v in (np.eye(3), DEUTERANOPIA)]
    assert red_and_green[1] < red_and_green[0] / 2


@pytest.mark.parametrize("page", theme.THEMES.values(), ids=theme.THEMES)
def test_writing_and_marks_stand_out_from_the_page(page):
    assert contrast(page["ink"], page["paper"]) >= 7


def test_colors_stand_out_from_either_page():
    light, dark = (page["paper"] for page in theme.THEMES.values())
    assert all(contrast(c, light) >= 3 for c in (*theme.COLORS, theme.GRAY))
    # There are letters in these
    assert all(contrast(c, light) >= 4.5 for c in (*theme.COLORS[:3], theme.VIOLET, theme.GRAY))
    assert list(theme.DARK) == [*theme.COLORS, theme.GRAY]
    assert all(contrast(c, dark) >= 4.5 for c in theme.DARK.values())


def test_a_finished_chart_has_no_color_of_one_page_alone():
    spec = drawing.spec(charts.loss)
    assert not any(f'"{color}"' in json.dumps(spec) for color in theme.DARK)
    assert "luminance(paper) > 0.5 ? '#7F5CA8' : '#B79AE2'" in json.dumps(spec)


@pytest.mark.parametrize("vision", [PROTANOPIA, DEUTERANOPIA], ids=["protanopia", "deuteranopia"])
@pytest.mark.parametrize("colors", [theme.DARK, theme.DARK.values()], ids=theme.THEMES)
def test_any_two_lines_differ_by_color_or_by_dash(vision, colors):
    looks = list(zip(colors, theme.DASHES, strict=False))
    for one, two in combinations(looks, 2):
        assert difference(one[0], two[0], vision) >= 15 or one[1] != two[1]
    few = list(colors)[:3]  # charts of two or three series use these, with or without lines
    assert all(difference(one, two, vision) >= 15 for one, two in combinations(few, 2))


MEASURED = {
    "loss": charts.loss,
    "neighbors": lambda: charts.neighbors(10),
    "two losses": lambda: compare_charts.losses(relative=False),
    "neighbors in common": compare_charts.shared,
    "picture": lambda: explore_charts.picture([]),
    "settled": explore_charts.settled,
    "axis": lambda: explore_charts.axis("good", explore_charts.ENDS),
    "sections": explore_charts.sections,
    "overlap": seeds_charts.overlap,
    "suspects": seeds_charts.suspects,
    "clusters": seeds_charts.clusters,
    "stability": lambda: seeds_charts.stability(1, 100),
    "shares": lambda: seeds_charts.shares("", []),
    "frames": lambda: small_pictures.chart(2, 2, []),
    "guesses": lambda: class_charts.guesses(0, 1, ""),
    "choices": lambda: class_charts.choices(["A", "B"], "A"),
}


@pytest.mark.parametrize("chart", MEASURED.values(), ids=MEASURED)
def test_what_is_measured_has_no_color_of_a_group_of_words(chart):
    spec = json.dumps(chart().to_dict())
    assert not [color for color in theme.GROUPS if color in spec]


def test_groups_of_words_have_no_color_of_what_is_measured():
    colors = theme.group_channels([f"group {k}" for k in range(40)])["color"]["scale"]["range"]
    assert not {theme.VIOLET, theme.OCHER, theme.GRAY} & set(colors)


def test_colors_shapes_and_dashes_are_all_different():
    for looks in (theme.COLORS, theme.SHAPES, list(map(str, theme.DASHES))):
        assert len(set(looks)) == len(looks)


def test_every_letter_can_be_read_from_the_back_of_the_room():
    config = theme.config()
    sizes = [
        v
        for part in config.values()
        if isinstance(part, dict)
        for k, v in part.items()
        if k.endswith("ontSize")
    ]
    assert min(sizes) >= theme.SIZE == 15
    for part in ("axis", "legend"):
        for name in ("labelColor", "titleColor"):
            assert config[part][name] == {"expr": "ink"}
