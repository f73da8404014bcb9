"""The controls of the verdict: each changes what its name says, and nothing else."""

from dataclasses import fields, replace

import numpy as np
import pytest
from texts_for_tests import encode

from core.errors import UserError
from core.seeds import controls, controls_side_by_side, run_measures
from core.seeds.exercise import PRESET
from core.settings import TrainSettings
from core.word2vec import exact_solver, training

TEXT = encode(*(f"a{k % 10} b{k % 7} c{k % 5} d{k % 6}" for k in range(200)))
SAMPLED = TrainSettings(optimizer="sgd", epochs=3)


def changed(name, settings):
    """Names of the settings that a control changes."""
    new = controls.BY_NAME[name].settings(settings, TEXT)
    return {f.name for f in fields(settings) if getattr(settings, f.name) != getattr(new, f.name)}


@pytest.mark.parametrize(
    "name, expected",
    [
        ("longer training", {"epochs"}),
        ("larger steps", {"lr"}),
        ("lower rate", {"lr"}),
        ("more dimensions", {"dim"}),
        ("another window", {"window"}),
    ],
)
@pytest.mark.parametrize("settings", [SAMPLED, replace(SAMPLED, dim=2, window=10, lr=0.1)])
def test_a_control_changes_one_setting(name, expected, settings):
    assert changed(name, settings) == expected


def test_longer_training_of_counted_steps_is_more_steps():
    assert changed("longer training", PRESET) >= {"iterations"}
    assert controls.BY_NAME["longer training"].settings(PRESET, TEXT).lr == PRESET.lr


def test_less_noise_is_the_exact_solver():
    assert controls.less_noise(SAMPLED, TEXT).optimizer == "exact"
    assert controls.less_noise(TrainSettings(optimizer="exact"), TEXT) is None
    assert controls.another_optimizer(SAMPLED, TEXT) is None


INEXACT = replace(SAMPLED, subsample=0.01), TrainSettings(loss="softmax"), PRESET


@pytest.mark.parametrize("settings", INEXACT)
def test_less_noise_without_the_exact_solver_averages_and_changes_nothing_else(settings):
    assert changed("less noise", settings) <= {"average", "schedule"}
    assert changed("less noise", replace(settings, schedule="constant")) == {"average"}
    averaged = controls.less_noise(settings, TEXT)
    assert controls.less_noise(averaged, TEXT) is None


def test_one_number_says_for_which_vocabularies_the_exact_solver_is_used(monkeypatch):
    monkeypatch.setattr(exact_solver, "MOST_WORDS", len(TEXT.words) - 1)
    assert controls.less_noise(SAMPLED, TEXT).optimizer == "sgd"
    with pytest.raises(UserError):
        training.check_size(TrainSettings(optimizer="exact"), len(TEXT.words))
    monkeypatch.setattr(exact_solver, "MOST_WORDS", len(TEXT.words))
    assert controls.less_noise(SAMPLED, TEXT).optimizer == "exact"


def test_another_optimizer_is_the_default_one_on_as_many_windows():
    calm = controls.another_optimizer(replace(SAMPLED, subsample=0.01), TEXT)
    assert calm.optimizer == TrainSettings.optimizer and calm.epochs == 3
    assert controls.another_optimizer(TrainSettings(loss="softmax"), TEXT) is None
    drawn = replace(PRESET, iterations=160, batch=50, subsample=0)
    calm = controls.another_optimizer(drawn, TEXT)
    assert calm.optimizer == TrainSettings.optimizer and not calm.iterations
    assert calm.epochs * len(TEXT.ids) == 160 * 50


@pytest.mark.parametrize(
    "name, settings",
    [
        ("longer training", TrainSettings(epochs=1_000)),
        ("longer training", replace(PRESET, iterations=10_000_000)),
        ("more dimensions", TrainSettings(dim=300)),
    ],
)
def test_a_control_that_would_change_nothing_is_not_run(name, settings):
    assert controls.planned(name, TEXT, settings) is None
    assert "largest possible" in controls.why_not(name, settings)


@pytest.mark.parametrize(
    "name, settings, said",
    [
        ("less noise", TrainSettings(optimizer="exact"), "no noise to lower"),
        ("less noise", TrainSettings(average=0.5), "averaged already"),
        ("another optimizer", TrainSettings(), "the exact solver takes its place"),
        ("lower rate", TrainSettings(optimizer="exact"), "no learning rate"),
        ("half of the text", TrainSettings(), "cannot be trained in this way"),
    ],
)
def test_the_reason_why_a_control_is_impossible_is_given(name, settings, said):
    assert said in controls.why_not(name, settings)


@pytest.mark.parametrize("text", [TEXT, encode(" ".join(f"a{k % 9} b{k % 7}" for k in range(99)))])
def test_two_halves_make_the_text(text):
    halves = controls.half_texts(text)
    assert sorted(np.concatenate([half.ids for half in halves])) == sorted(text.ids)
    assert all(0.4 < len(half.ids) / len(text.ids) < 0.6 for half in halves)
    assert len({half.digest for half in (*halves, text)}) == 3


def test_the_shuffled_text_has_the_same_words_in_sentences_of_the_same_lengths():
    (random,) = controls.shuffled_text(TEXT)
    assert sorted(random.ids) == sorted(TEXT.ids) and not np.array_equal(random.ids, TEXT.ids)
    assert np.array_equal(random.starts, TEXT.starts) and np.array_equal(random.counts, TEXT.counts)


QUICK = TrainSettings(epochs=2)


def measured(name, settings=QUICK, text=TEXT):
    *_, last = controls.run(name, text, settings, [0, 1, 2, 3], np.array([0, 0, 1, 1]), 3, 2, 2)
    return last


def test_halves_are_compared_within_and_across():
    half = measured("half of the text")
    assert half.runs == 3 and half.across != half.agreement
    assert measured("longer training").across == 0.0


def test_what_these_settings_do_not_allow_has_no_measures():
    assert measured("lower rate", TrainSettings(optimizer="exact", epochs=1)) is None
    bare = replace(TEXT, starts=np.arange(len(TEXT.ids) + 1))  # sentences of one word: no pairs
    assert measured("half of the text", replace(QUICK, iterations=5), text=bare) is None


def test_groups_found_in_one_run_are_sought_in_the_others():
    rng = np.random.default_rng(0)
    groups = np.repeat(rng.normal(0, 1, (6, 8)), 5, 0)
    runs = [groups + 0.1 * rng.normal(0, 1, groups.shape) for _ in range(4)]
    assert run_measures._own(runs, np.repeat([0, 1], 5)) == 1
    noise = [rng.normal(0, 1, (60, 8)) for _ in range(20)]
    assert run_measures._own(noise, np.repeat([0, 1], 5)) < 0.3


def test_controls_side_by_side_measure_what_each_measures_alone():
    names = [c.name for c in controls.CONTROLS]
    arguments = [0, 1, 2, 3], np.array([0, 0, 1, 1]), 3, 2
    settings = replace(QUICK, loss="softmax")
    shares = []
    news = controls_side_by_side.run(names, TEXT, settings, *arguments, 1, shares.append)
    found = dict(news)
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1)
    assert set(found) == set(names)
    for name in "half of the text", "lower rate", "less noise":
        *_, alone = controls.run(name, TEXT, settings, *arguments)
        assert found[name] == alone
