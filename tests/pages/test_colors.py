"""The lines of a chart can be distinguished with a color vision deficiency, by color or by dash."""

import itertools

import numpy as np
import pytest
from pages_for_tests import opened

from ui.charts.drawing import DRAWN

APART = 15  # CIE 1976 color difference
# Severity 1 in linear RGB: Machado, Oliveira and Fernandes (2009), table 1
SEEN = {
    "all colors": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # of linear sRGB
WHITE = XYZ.sum(1)
VIEWS = [
    ("dashboard.py", {"tokens": "5000", "epochs": "2"}),
    ("pages/3_Equations.py", {"gr_view": "b"}),
    ("pages/4_Optimizers.py", {"opt_which": ["sgd", "adamw", "nesterov", "sgdw", "adam"]}),
    ("pages/4_Optimizers.py", {"opt_loss": "word2vec", "tokens": "5000", "epochs": "1"}),
    ("pages/5_Weight_decay.py", {}),
    ("pages/5_Weight_decay.py", {"decay_experiment": "Five ways on a surface"}),
    ("pages/6_Dropout.py", {}),
]


def lab(color, seen):
    rgb = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(XYZ @ np.clip(SEEN[seen] @ linear, 1e-4, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def lines(node, above=None):
    """Encodings of all lines of a spec that have a color for each of several names."""
    if isinstance(node, list):
        for one in node:
            yield from lines(one, above)
    elif isinstance(node, dict):
        encoding = (above or {}) | node.get("encoding", {})
        mark = node.get("mark", {})
        if (mark.get("type") if isinstance(mark, dict) else mark) in ("line", "trail"):
            yield encoding
        for name in ("layer", "hconcat", "vconcat", "concat", "spec"):
            yield from lines(node.get(name, []), encoding)


@pytest.mark.parametrize("script, settings", VIEWS)
def test_lines_can_be_distinguished(script, settings):
    app = opened(script, **settings)
    found = 0
    for key, (spec, *_) in app.session_state[DRAWN].items():
        for encoding in lines(spec):
            colors = encoding.get("color", {}).get("scale", {}).get("range", [])
            if len(colors) < 2 or "field" in encoding.get("strokeDash", {}):
                found += len(colors) > 1
                continue
            for one, other in itertools.combinations(colors, 2):
                for seen in SEEN:
                    apart = np.linalg.norm(lab(one, seen) - lab(other, seen))
                    assert apart >= APART, (key, one, other, seen)
    assert found or script != "pages/4_Optimizers.py"
