"""Helps of controls, each tested against what it describes, for all that the controls allow."""

import numpy as np
import pytest
from texts_for_tests import encode, generated, train

from core.optimizers.rules import OPTIMIZERS
from core.seeds import trial
from core.settings import TrainSettings
from core.texts import grammar, registry
from core.vectors import analogies
from core.word2vec import training, training_pairs
from ui.controls.table import CONTROLS


@pytest.mark.parametrize("name", ["polish", "english", "python-docs"])
@pytest.mark.parametrize("t", [1e-5, 1e-4, 1e-3, 1e-2, 0.3])
@pytest.mark.parametrize("rule, from_", [("paper", 1.0), ("word2vec.c", 1.5 + 5**0.5 / 2)])
def test_words_above_their_share_are_dropped_at_random_and_those_below_are_kept(
    name, t, rule, from_
):
    said = CONTROLS["subsample"].help
    assert "t by the paper's formula and 2.6 t by that of word2vec.c" in said
    assert round(1.5 + 5**0.5 / 2, 1) == 2.6
    counts = generated(name, 8_000).counts
    kept = training_pairs.keep_chance(counts, t, rule)
    assert ((kept < 1) == (counts / counts.sum() > from_ * t)).all() and kept.min() > 0


@pytest.mark.parametrize("t", [1e-5, 1e-3, 0.1])
def test_the_formula_of_word2vec_c_keeps_more_words(t):
    counts = generated("polish", 8_000).counts
    of_c, of_paper = (
        training_pairs.keep_chance(counts, t, rule) for rule in ("word2vec.c", "paper")
    )
    assert (of_c >= of_paper).all() and (t > 0.05 or of_c @ counts > of_paper @ counts)


@pytest.mark.parametrize("optimizer", ["adagrad", "adamw", "momentum"])
@pytest.mark.parametrize("loss", ["negative-sampling", "softmax"])
def test_a_step_moves_the_vectors_that_have_a_gradient_with_softmax_all_context_vectors(
    optimizer, loss
):
    text, contexts = generated("polish", 5_000), []

    def watch(W, rows, before, gradient):
        contexts.append(int((rows >= len(text.words)).sum()))
        assert len(rows) < len(W) and len(rows) == len(gradient)

    settings = TrainSettings(loss=loss, optimizer=optimizer, epochs=1, batch=64)
    list(training.train(text, settings, watch=watch))
    assert (min(contexts) == len(text.words)) == (loss == "softmax")
    assert "with softmax all context vectors" in CONTROLS["optimizer"].help


def test_cosine_similarity_judges_by_direction_and_the_dot_product_by_length_too():
    rng = np.random.default_rng(0)
    words, vectors = tuple(map(str, range(60))), rng.normal(size=(60, 5))
    longer = vectors * rng.uniform(0.2, 5, (60, 1))

    def found(by, rows):
        return [one.word for one in analogies.nearest_to(words, rows, 0, 8, by)]

    assert found("cosine", vectors) == found("cosine", longer)
    assert found("dot", vectors) != found("dot", longer)
    assert "by which cosine similarity judges" in CONTROLS["normalize"].help


def multiplied(name, g, state, before, t, corrected):
    """What a rule multiplies by its rate in step t; before: the first state before that step."""
    if name in ("adam", "adamw"):
        return state[0] / (1 - 0.9**t if corrected else 1)
    found = {"momentum": 0, "lion": 1}
    if name in found:
        return state[found[name]]
    return {"nesterov": g + 0.9 * (0.9 * before + g), "sgdw": g + 0.9 * before / 0.1}.get(name, g)


@pytest.mark.parametrize("corrected", [True, False])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_box_is_how_far_a_unit_of_what_the_rule_multiplies_moves_the_point(name, corrected):
    """In each step, of each coordinate: the step is that of the box times that quantity."""
    rule, rng = OPTIMIZERS[name], np.random.default_rng(0)
    hyper = {"bias_correction": corrected} if rule.counts else {}
    hyper |= {"decay": 0.0} if "decay" in rule.hyper else {}
    w = np.array([-4.0, 2.0])
    state = rule.start(w)
    for t in range(1, 6):
        g, before = rng.normal(size=2), state[0] if state else w
        after, state = rule.step(w, g, state, t, 0.1, **hyper)
        box = rule.effective_lr(state, t, 0.1, **hyper)
        quantity = multiplied(name, g, state, before, t, corrected)
        np.testing.assert_allclose(after - w, -box * quantity, rtol=1e-5)
        w = after


@pytest.mark.parametrize("k", [1, 10, 50])
@pytest.mark.parametrize("floor", [1, 20, 200])
@pytest.mark.parametrize("words", [2, 40, 400, 9_000])
def test_where_fewer_than_three_words_for_each_neighbor_occur_often_enough_rarer_ones_join(
    k, floor, words
):
    counts = np.maximum(3_000 // np.arange(1, words + 1), 1)
    n, used = trial.compared(counts, k, floor)
    often = int((counts[: trial.POOL] >= floor).sum())
    assert n == (often if often >= 3 * k else min(words, 3 * k))
    assert used == k or n < 3 * k


def test_a_part_of_a_sum_may_be_nearest_above_all_in_many_dimensions():
    text, shares = generated("polish", 20_000), []
    for dim in (2, 10, 30):
        vectors, rng, won = train(text, dim=dim)[1].center, np.random.default_rng(0), 0
        for _ in range(100):
            asked = [text.words[k] for k in rng.choice(len(text.words), 3, replace=False)]
            won += analogies.analogy(text.words, vectors, *asked, 1, True)[0].word in asked
        shares.append(won / 100)
    assert shares[0] < shares[1] < 0.2 < shares[2]
    assert "above all with many dimensions" in CONTROLS["ex_inputs"].help


@pytest.mark.parametrize("name", ["polish", "english"])
@pytest.mark.parametrize("rare", [0.0, 0.15, 1.0])
def test_places_are_filled_evenly_from_the_rarer_half_and_the_others_by_zipfs_law(name, rare):
    rules = registry._grammar(registry.DATA / name)
    writer = grammar._Writer(rules, np.random.default_rng(0), rare)
    kind, words = max(rules.words.items(), key=lambda one: len(one[1]))
    key = next(iter(words[0].forms))
    place = {id(word): k for k, word in enumerate(words)}
    drawn = np.array([place[id(writer._word(kind, key))] for _ in range(4_000)])
    upper = (drawn >= len(words) // 2).mean()
    assert upper == 1 if rare == 1 else rare < upper < rare + 0.35
    assert "evenly from the rarer half" in CONTROLS["rare"].help


@pytest.mark.parametrize("name", ["polish", "english"])
def test_statements_are_joined_and_questions_are_not(name):
    rules = registry._grammar(registry.DATA / name)
    plain, joined = (
        grammar.write(rules, 8_000, np.random.default_rng(0), mixing=mixing) for mixing in (0, 1)
    )
    length = [
        np.mean([s.count(" ") + 1 for s in found if s[-1] == "."]) for found in (plain, joined)
    ]
    assert 1.8 * length[0] < length[1] < 2.4 * length[0]
    asked = [
        np.mean([s.count(" ") + 1 for s in found if s[-1] in "?!"] or [1])
        for found in (plain, joined)
    ]
    assert asked[1] < 1.3 * asked[0]
    assert "chance that a statement is joined" in CONTROLS["mixing"].help.lower()


def test_words_that_are_left_out_do_not_count_in_the_distance():
    text = encode("a x y z b", "a b", "a b", min_count=2)
    a, b = text.index["a"], text.index["b"]
    assert training_pairs.together(text, 1).toarray()[a, b] == 3
    assert "left out do not count" in CONTROLS["window"].help
