"""The numbers and answers of the plans for teachers, lessons/*.md: each is computed again."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from pages_for_tests import opened

from core.classroom import summaries
from core.equations import derivations, one_step
from core.networks import dropout
from core.optimizers.rules import find
from core.seeds import run_measures, sweep, trial
from core.settings import TextSettings, TrainSettings
from core.texts import registry
from ui.jobs.broker import ROOT
from ui.lessons import lesson_files


def plan(number):
    (path,) = (ROOT / "lessons").glob(f"{number}_*.md")
    return path.read_text("utf8")


@cache
def text():
    corpus = registry.load(TextSettings())
    return corpus, trial.known(corpus)


def runs(count, **settings):
    corpus, _ = text()
    wanted = replace(TrainSettings(), **settings)
    return [sweep.compute(corpus, replace(wanted, seed=seed)) for seed in range(1, count + 1)]


@pytest.mark.parametrize(
    "step, said",
    [
        (1, "with the seeds 1 to 16, none of {runs} runs shows them"),
        (4, "All of them: {found} of {runs}"),
        (5, "{found} of the seeds 1 to {runs} show the groups"),
    ],
)
def test_so_many_of_sixteen_seeds_show_the_groups(step, said):
    chosen = lesson_files.found()["1_was_it_the_seed"].steps[step - 1].values
    knobs = {
        k: type(getattr(TrainSettings(), k))(v[0]) for k, v in chosen.items() if k != "seeds_n"
    }
    shown = [summaries.summary(run, text()[1]).shown for run in runs(16, **knobs)]
    assert said.format(found=sum(shown), runs=16) in plan(1)
    assert sum(shown) == 0 or step > 1


def test_four_seeds_agree_on_so_many_neighbors_with_each_k():
    facts, found = text()[1], {}
    groups = run_measures.grouped(summaries.words(facts), facts.index)
    for K in 5, 1, 20:
        compared = run_measures.K, run_measures.FLOOR
        measured = run_measures.measure(runs(4, negatives=K), facts.counts, *groups, *compared)
        found[K] = f"{measured.agreement:.0%}"
    told = re.search(
        r"agreed on (\d+%) of their neighbors beyond chance with K = 5, on (\d+%) with K = 1 and "
        r"on (\d+%) with K = 20",
        plan(2),
    )
    assert told.groups() == (found[5], found[1], found[20])


def test_a_pair_moves_at_most_one_row_for_each_draw_and_one_more():
    scene = derivations.default_scene()
    words = [w for w in range(len(scene.words)) if w != scene.outside]
    for drawn, rows in ((words[:5], 6), (words[:1] * 5, 2)):
        moved = replace(scene, negatives=tuple(drawn))
        _, gradient = one_step.loss(moved, "negative sampling")
        assert np.count_nonzero(gradient["U"].any(1)) == rows
    assert "*At most how many rows with K = 5?* 6" in plan(2)


def test_the_right_derivations_are_named():
    target = lesson_files.found()["2_why_negative_sampling"].steps[2].values["gr_target"][0]
    right = [
        name.rpartition(" ")[2]
        for name, one in derivations.REGISTRY.items()
        if one.target == target and not one.mistake
    ]
    assert f"*Which derivations are right?* {' and '.join(right)}." in plan(2)


def test_momentum_is_ten_times_as_long_and_adams_first_step_is_the_rate():
    w, g = np.zeros(2), np.array([3.0, -0.01])
    momentum, adam, sgd = map(find, ("momentum", "adam", "sgd"))
    at, state = w, momentum.start(w)
    for t in range(1, 400):
        before, (at, state) = at, momentum.step(at, g, state, t, 0.1, beta=0.9)
        if t == 1:
            np.testing.assert_allclose(at, sgd.step(w, g, sgd.start(w), 1, 0.1)[0])
    np.testing.assert_allclose((at - before) / (-0.1 * g), 10)
    np.testing.assert_allclose(adam.step(w, g, adam.start(w), 1, 0.1)[0], [-0.1, 0.1], rtol=1e-5)
    assert "10 = 1 / (1 − 0.9)" in plan(3) and "One learning rate in each coordinate" in plan(3)
    assert "The first step of SGD and of momentum is the same" in plan(3)


def test_the_band_is_widest_in_the_gap_and_narrower_outside():
    step = lesson_files.found()["4_how_sure_is_a_network"].steps[3]
    page = opened("pages/6_Dropout.py", **{k: v[0] for k, v in step.values.items()})
    captions = " ".join(one.value for one in page.caption)
    told = re.search(r"Near the points, half.*?\.(?= |$)", captions)[0]
    near, gap, outside = (
        float(re.search(where, told)[1])
        for where in (
            r"band is (\d\.\d+) \(dropout\)",
            r"in gaps: MC dropout (\d\.\d+)",
            r"outside: MC dropout (\d\.\d+)",
        )
    )
    assert near < gap > outside and step.predict.truth == "in the gap"
    assert "In the gap between the points the band is widest; outside" in plan(4)


def test_a_kept_unit_is_doubled_at_one_half():
    masks = dropout.SMALL.masks(np.random.default_rng(0), 0.5, 1, (50,))
    assert {float(x) for mask in masks for x in np.unique(mask)} == {0.0, 2.0}
    assert "2 = 1 / (1 − p)" in plan(4)
