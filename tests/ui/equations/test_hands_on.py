"""The step that the browser computes while a hand moves it is the step of core."""

import json
import shutil
import subprocess
from types import SimpleNamespace

import numpy as np
import pytest

from core.equations import one_step
from core.equations.one_step import KINDS, Scene
from ui.controls.page_tables import SOURCES
from ui.equations import charts, hands_on

NODE = shutil.which("node")
SCENES = 300
# The script of the components without a page, and all that it shows of each scene
PROGRAM = """
globalThis.window = {};
%s
import { readFileSync } from "fs";
const scenes = JSON.parse(readFileSync(0));
console.log(JSON.stringify(scenes.map((scene) => {
  const now = look(scene);
  return { ...now, arrows: TABLES.arrows(now).arrows, cells: TABLES["cells U"](now).cells,
           bars: TABLES["bars error"](now).bars, rates: TABLES.rates(now, 9) };
})));
"""


def random_scene(k):
    rng = np.random.default_rng(k)
    size, dim, K = rng.integers([5, 2, 1], [9, 6, 6])
    V, U = rng.choice([0.1, 1, 4]) * rng.normal(size=(2, size, dim))
    center, outside = rng.integers(size, size=2).tolist()
    negatives = tuple(rng.integers(size, size=K).tolist())
    words = tuple(f"w{n}" for n in range(size))
    return Scene(words, V, U, center, (outside,), negatives), KINDS[k % 2], float(rng.uniform(0, 5))


@pytest.fixture(scope="module")
def pairs():
    """Scenes, and what the browser's script makes of them."""
    if NODE is None:
        pytest.skip("node is not installed")
    scenes = [random_scene(k) for k in range(SCENES)]
    told = [hands_on.told(*scene, np.array([0.0, 0.5]), movable=True)[0] for scene in scenes]
    found = subprocess.run(
        [NODE, "--input-type=module", "-e", PROGRAM % hands_on.SCRIPT],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return list(zip(scenes, json.loads(found.stdout), strict=True))


def same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_losses_gradients_and_the_step_are_those_of_core(pairs):
    for (scene, kind, lr), now in pairs:
        loss, gradient = one_step.loss(scene, kind)
        after = one_step.step(scene, kind, lr)
        same(now["before"], loss)
        same(now["gradient"]["v_c"], gradient["v_c"])
        same(now["gradient"]["U"], gradient["U"])
        same(now["after"]["V"], after.V)
        same(now["after"]["U"], after.U)
        with np.errstate(divide="ignore"):
            behind = one_step.loss(after, kind)[0]
        # JSON has no infinity
        same(np.inf if now["behind"] is None else now["behind"], behind)


def test_the_terms_are_those_of_core(pairs):
    for (scene, kind, _), now in pairs:
        t = one_step.terms(scene, kind)
        assert now["terms"]["rows"] == t.rows.tolist()
        same(now["terms"]["wanted"], t.wanted)
        same(now["terms"]["predicted"], t.predicted)


def test_the_charts_get_the_tables_that_python_makes(pairs):
    for (scene, kind, lr), now in pairs[:40]:
        after, axes = one_step.step(scene, kind, lr), one_step.plane(scene)
        arrows, _ = charts.arrow_table(hands_on.arrow_rows(scene, after, kind, axes))
        cells = charts.cell_table(scene.words, one_step.loss(scene, kind)[1]["U"])
        t = one_step.terms(scene, kind)
        bars = charts.bar_table(t.labels, t.error)
        for table, rows in ((arrows, now["arrows"]), (cells, now["cells"]), (bars, now["bars"])):
            for name, column in table.items():
                values = [row[name] for row in rows]
                if column.dtype.kind in "fi":
                    same(values, column)
                elif name != "text":  # the third decimal of a half can be rounded either way
                    assert values == list(column)
        seen = one_step.loss_against_lr(scene, kind, np.array([0.0, 0.5]))
        same([row["loss"] for row in now["rates"]["curve"]], seen[np.isfinite(seen)])


def test_a_matrix_is_typed_as_it_is_read():
    matrix = one_step.example(tuple("abcdef"), 3, 2)[0]
    same(one_step.read_vectors(hands_on.typed(matrix), tuple("abcdef"), 3, "V"), matrix)


def test_vectors_of_a_model_that_are_moved_become_a_copy_with_their_words(monkeypatch):
    rng, put = np.random.default_rng(0), {}
    words = tuple("abcdef")
    scene = Scene(words, *rng.normal(size=(2, 6, 10)), 2, (1, 4), (0, 0, 5))
    moved = {"V": (scene.V + 0.5).tolist(), "U": scene.U.tolist()}
    state = {hands_on.PICTURE: SimpleNamespace(moved=moved)}
    monkeypatch.setattr(hands_on.st, "session_state", state)
    monkeypatch.setattr(hands_on.address, "put", put.update)
    monkeypatch.setattr(hands_on.address, "value", lambda key: SOURCES[1])
    hands_on._moved(scene)
    assert put["gr_source"] == SOURCES[0] and put["gr_center"] == "c" and put["gr_dim"] == 10
    assert one_step.read_words(put["gr_words"]) == words
    assert one_step.find_words(put["gr_outside"], words, "") == scene.window
    assert one_step.find_words(put["gr_negatives"], words, "") == scene.negatives
    read = [one_step.read_vectors(put[f"gr_{name}"], words, 10, name) for name in "VU"]
    np.testing.assert_allclose(read, [moved["V"], moved["U"]], rtol=1e-5)
    assert all(len(put[f"gr_{name}"]) <= 2_000 for name in "VU")


def test_only_scenes_that_fit_into_the_boxes_can_be_copied():
    rng = np.random.default_rng(0)
    made = [
        (tuple("abcdef"), 10, 1.0, True),
        (tuple("abcdef"), 11, 1.0, False),
        (("a" * 21, *"bcdef"), 10, 1.0, False),
        (tuple("abcdef"), 10, 1e4, False),
        (tuple("abc"), 10, 1.0, False),
    ]
    for words, dim, scale, right in made:
        V, U = scale * rng.normal(size=(2, len(words), dim))
        assert one_step.can_be_typed(Scene(words, V, U, 0, (1,), (2,))) == right
