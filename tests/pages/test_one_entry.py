"""A new surface, optimizer or derivation needs one entry in a table; every page then has it."""

import subprocess
import sys

import pytest
from pages_for_tests import finished, opened

from core.equations.derivations import REGISTRY, Derivation
from ui.jobs import broker

# Added before any other import, as an entry in the file itself would be.
NEW_ENTRIES = """
import sys
sys.path.insert(0, "tests")
import numpy as np
from core.optimizers import rules, surfaces

def gutter(condition, noise):
    return surfaces.Surface("gutter", "A gutter", lambda w: w[..., 1] ** 2,
                            lambda w: w * [0.0, 2.0], ((0.0, 0.0),), 0.0,
                            ((-5.0, 5.0), (-3.0, 3.0)), (-4.0, 2.0), "nothing pulls along x.")

surfaces.BUILDERS["gutter"] = gutter

@rules.optimizer(title="Sign", source="a test", lr=0.01, on_paper=(0.9, 0.8), reaches=(1, 1, 1),
                 story=(rules.Line("w ← w − lr sign(g)", "{w} − {lr} · {s} = {w_next}"),),
                 derived=lambda numbers, t: {"s": np.sign(numbers["g"])})
def sign(w, g, state, t, lr):
    return w - lr * np.sign(g), state

from core.__main__ import main
from core.optimizers import narration, trajectories
from pages_for_tests import opened

settings = trajectories.RaceSettings(surface="gutter", steps=20)
path = list(trajectories.race(settings, (("sign", 0.1),)))[-1]
assert abs(path.positions[-1] - [-4.0, 0.0]).max() < 1e-9
assert narration.numbers(path, 0)[0][2] == "2 − 0.1 · 1 = 1.9"
page = opened("pages/4_Optimizers.py")
options = [choice for kind in ("selectbox", "multiselect", "pills", "button_group")
           for widget in page.get(kind) for choice in getattr(widget, "options", ())]
names = " ".join(map(str, options))
assert "A gutter" in names and "Sign" in names, names
assert main(["train", "polish", "--tokens", "2000", "--epochs", "1", "--optimizer", "sign",
             "--out", sys.argv[1]]) == 0
"""


def test_a_new_surface_and_a_new_optimizer_are_everywhere(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", NEW_ENTRIES, str(tmp_path)],
        cwd=broker.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def wrong(monkeypatch):
    derivation = Derivation(
        "softmax v_c, Z",
        "softmax: v_c",
        "2 * U.T @ (y_hat - y)",
        r"2\,U^\top (\hat y - y)",
        "Twice.",
    )
    monkeypatch.setitem(REGISTRY, derivation.name, derivation)
    return derivation


def test_a_new_wrong_derivation_is_judged_like_the_others(wrong):
    page = opened("pages/3_Equations.py", gr_view="Find the mistake", gr_derivation="Z")
    for toggle in page.toggle:
        if "Vote" in toggle.label and toggle.value:
            page = finished(toggle.set_value(False).run())
    shown = " ".join(
        m.value
        for kind in ("markdown", "error", "warning", "info", "success")
        for m in page.get(kind)
    )
    assert wrong.expression in " ".join(code.value for code in page.code)
    assert wrong.mistake in shown
