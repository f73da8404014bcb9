"""What one run can say: groups above chance, no more than chance, or too few words to tell."""

import numpy as np

from core.vectors import one_run


def test_groups_far_apart_are_clusters_and_random_ones_are_not():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 7)
    apart = rng.normal(size=(14, 5)) * 0.1 + np.where(labels[:, None], 1.0, -1.0)
    judged = one_run.groups(apart, labels, np.random.default_rng(0))
    assert judged.found == one_run.CLUSTERS and judged.score.score > 0.5
    found = [
        one_run.groups(rng.normal(size=(14, 5)), labels, np.random.default_rng(0)).found
        for _ in range(40)
    ]
    assert found.count(one_run.NONE) >= 34  # chance lets 1 in 20 pass


def test_of_too_few_words_no_score_says_anything():
    labels = np.array([0, 0, 0, 1, 1])  # ten splits: none can be rarer than 1 in 10
    vectors = np.where(labels[:, None], 1.0, -1.0) + np.eye(5) * 0.01
    assert one_run.groups(vectors, labels, np.random.default_rng(0)).found == one_run.FEW
    one = one_run.groups(vectors, np.zeros(5, int), np.random.default_rng(0))
    assert one == one_run.Groups(one_run.ONE)
