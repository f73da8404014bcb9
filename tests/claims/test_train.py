"""Sentences of the pages Train and Text, each tested against what it describes."""

import re

import numpy as np
import pytest
from pages_for_tests import opened
from scipy.spatial.distance import pdist
from sklearn.metrics import silhouette_score
from texts_for_tests import generated, train

from core.seeds.presets import STARTS
from core.settings import TextSettings, TrainSettings
from core.texts import registry
from core.vectors import neighbors_and_clusters, projection
from core.word2vec import exact_objective, training
from ui.text import charts, view

SMALL = {"tokens": "6000", "epochs": "1"}


def said(app):
    return " ".join(e.value for kind in (app.main.markdown, app.main.caption) for e in kind)


@pytest.mark.parametrize("start", STARTS)
def test_each_start_trains_on_a_generated_text_with_groups_planted_in_it(start):
    """Also from a page that shows another text: a starting point sets all controls."""
    assert "corpus" not in start.differs()
    entry = registry.registry()[TextSettings().corpus]
    assert entry.kind == "generated" and registry.load(TextSettings(tokens=5_000)).facts().groups


@pytest.mark.parametrize(
    "query, wanted",
    [
        ({}, "same color and shape"),
        ({"show": "frequent"}, "similar use"),
        ({"show": "own", "words": "film kot"}, "similar use"),
        ({"show": "own", "words": "film; kot"}, "same color and shape"),
    ],
)
def test_groups_are_looked_for_only_where_there_are_several(query, wanted):
    text = said(opened("dashboard.py", **SMALL, **query))
    assert wanted in text and ("same color" in text) == (wanted == "same color and shape")


def test_a_single_word_has_no_variance_and_nothing_to_look_for():
    app = opened("dashboard.py", **SMALL, show="own", words="film")
    assert "One word alone has no variance." in said(app) and "the rest in dim" not in said(app)
    assert "nothing yet: only how far apart" in said(app)
    assert {m.label: m.value for m in app.metric}["Variance shown"] == "none"


def test_all_lines_are_measured_on_the_same_center_words_and_the_number_on_all():
    found = re.search(
        r"the same ([\d,]+) of ([\d,]+) center words, the number",
        said(page := opened("dashboard.py")),
    )
    some, words = (int(number.replace(",", "")) for number in found.groups())
    assert 0 < some < words and f"{words:,} words in the vocabulary" in said(page)
    assert "thinned text" not in said(page)
    assert "thinned text" in said(opened("dashboard.py", **SMALL, subsample="0.001"))


@pytest.mark.parametrize("slope", [-0.5, -1.0, -2.0])
def test_the_slope_told_is_that_of_the_line(slope):
    counts = 1e9 * np.arange(1, 2_001) ** slope
    assert charts.slopes(counts) == pytest.approx((slope, slope))
    bent = np.concatenate([counts[:200], counts[199] * (np.arange(1, 1_801) / 1.0) ** -3])
    first, last = charts.slopes(bent)
    assert first == pytest.approx(slope) and last < first
    assert f"is −{-slope:.2f} down" in view._zipf(counts)


def test_a_text_of_few_words_has_no_slope():
    assert "Here" not in view._zipf(np.arange(29, 0, -1))


@pytest.mark.parametrize(
    "most, often", [("20000", "those that occur 3"), ("100", "the most frequent of")]
)
def test_the_vocabulary_is_of_words_that_occur_often_enough_or_of_the_most_frequent(most, often):
    text = said(opened("pages/1_Text.py", tokens="6000", max_vocabulary=most))
    assert f"different words: {often}" in text


@pytest.fixture(scope="module")
def run():
    return train(generated("polish"))[1]


@pytest.mark.parametrize("name", ["polish", "english", "python-docs"])
@pytest.mark.parametrize("options", [{}, {"negatives": 20}, {"window": 1}, {"loss": "softmax"}])
def test_a_model_that_knows_only_how_frequent_words_are_lies_on_the_dotted_line(name, options):
    """Shuffling the center words does not change its loss, whichever center words are judged."""
    text = registry.load(TextSettings(corpus=name, tokens=8_000))
    for scores in (100_000, np.inf):
        judge = exact_objective.prepare(
            text, TrainSettings(**options), np.random.default_rng(1), scores
        )
        # s_o = log(q_o / (K P_o)), and log q_o for softmax: the same score in every row
        noise = judge.K * judge.noise if judge.K else 1.0
        score = np.log(np.maximum(judge.everywhere / noise, 1e-300))
        found = judge.losses(np.ones((len(score), 1)), score[:, None])
        assert found.loss == pytest.approx(judge.without_center, rel=1e-9)
        assert found.shuffled == pytest.approx(found.loss, rel=1e-9)


def test_zero_means_that_the_model_does_not_use_the_center_words():
    """With one vector for all center words shuffling changes nothing; after training, it does."""
    text = generated("polish", 8_000)
    judge = exact_objective.prepare(text, TrainSettings(), np.random.default_rng(0), np.inf)
    rng = np.random.default_rng(0)
    V, U = rng.normal(size=(2, len(text.words), 4))
    same = judge.losses(np.tile(V[:1], (len(V), 1)), U)
    assert abs(same.shuffled - same.loss) < 1e-9
    learned = train(text, epochs=8)[1]
    used = judge.losses(learned.center, learned.context)
    assert used.shuffled - used.loss > 0.05


@pytest.mark.parametrize("normalize", [False, True])
def test_where_a_point_lies_means_nothing_and_how_far_apart_two_points_are_does(run, normalize):
    """Turning all vectors together changes no scalar product, so the model is the same. In the
    picture the places differ, and the distances are the same.
    """
    words = run.center[:40].astype(float)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(10, 10)))[0]
    before, after = (projection.animation(v[None], normalize)[0][-1] for v in (words, words @ turn))
    np.testing.assert_allclose(pdist(before), pdist(after), atol=1e-5)
    np.testing.assert_allclose(words @ words.T, (words @ turn) @ (words @ turn).T, atol=1e-9)


def test_the_share_of_the_variance_that_lies_in_the_picture_is_what_two_directions_hold(run):
    points = run.center[:14].astype(float)
    _, share = projection.animation(points[None], False)
    values = np.linalg.eigvalsh(np.cov(points.T))
    assert share == pytest.approx(values[-2:].sum() / values.sum())


@pytest.mark.parametrize("sizes", [(9, 5), (4, 4), (3, 3, 3)])
def test_with_shuffled_group_labels_95_percent_of_scores_stay_below(sizes):
    rng, labels = np.random.default_rng(2), np.repeat(np.arange(len(sizes)), sizes)
    vectors = rng.normal(size=(len(labels), 5)) + 0.8 * rng.normal(size=(len(sizes), 5))[labels]
    score = neighbors_and_clusters.cluster_score(vectors, labels, np.random.default_rng(0))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    others = [
        silhouette_score(
            1 - np.round(unit @ unit.T, 12), rng.permutation(labels), metric="precomputed"
        )
        for _ in range(400)
    ]
    assert np.mean(np.array(others) < score.null_95) == pytest.approx(0.95, abs=0.03)
    assert score.clear == (score.p_value <= 0.05)


def test_a_score_of_1_is_perfect_and_0_means_no_clusters():
    labels, rng = np.repeat([0, 1], 50), np.random.default_rng(0)
    apart = np.repeat([[1.0, 0.0], [0.0, 1.0]], 50, axis=0)
    none = rng.normal(size=(100, 8))
    assert neighbors_and_clusters.cluster_score(apart, labels, rng).score == pytest.approx(1)
    assert abs(neighbors_and_clusters.cluster_score(none, labels, rng).score) < 0.05


@pytest.mark.parametrize("name", ["polish", "english"])
def test_the_nearest_neighbors_could_take_the_place_of_a_word_at_the_defaults(name):
    """In a text with planted groups, the nearest neighbors are words of the same group."""
    text = generated(name)
    group = {word: k for k, words in text.groups.items() for word in words}
    rows = [text.index[word] for word in group if word in text.index]
    known = np.array([group[text.words[row]] for row in rows])
    vectors = train(text)[1].center[rows]
    found, _ = neighbors_and_clusters.neighbors(vectors, list(range(len(rows))), 5)
    same = (known[found] == known[:, None]).mean()
    chance = np.mean([(known == k).mean() for k in known])
    assert same > 0.6 > 3 * chance


@pytest.mark.parametrize("options", [{}, {"dim": 100}, {"loss": "softmax"}, {"optimizer": "adam"}])
def test_before_training_the_loss_is_that_of_vectors_of_zeros(options):
    news, found = train(generated("polish", 6_000), epochs=1, **options)
    first = next(shot for shot in news if isinstance(shot, training.Snapshot))
    assert first.epoch == 0
    assert first.loss == pytest.approx(found.references.at_start, abs=1e-4)


def test_the_exact_solver_starts_lower_and_the_caption_says_zero_vectors():
    news, found = train(generated("polish", 6_000), epochs=2, optimizer="exact")
    first = next(shot for shot in news if isinstance(shot, training.Snapshot))
    assert first.loss < found.references.at_start - 0.1
    page = said(opened("dashboard.py", tokens="6000", epochs="2", optimizer="exact"))
    assert "With all vectors zero: 0.693" in page and "Before training" not in page
