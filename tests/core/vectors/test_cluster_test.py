"""The test for clusters in one run: groups above chance, no more than chance, or too few words."""

import numpy as np

from core.vectors import cluster_test


def test_groups_far_apart_are_clusters_and_random_ones_are_not():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 7)
    apart = rng.normal(size=(14, 5)) * 0.1 + np.where(labels[:, None], 1.0, -1.0)
    judged = cluster_test.groups(apart, labels, np.random.default_rng(0))
    assert judged.found == cluster_test.CLUSTERS and judged.score.score > 0.5
    found = [
        cluster_test.groups(rng.normal(size=(14, 5)), labels, np.random.default_rng(0)).found
        for _ in range(40)
    ]
    assert found.count(cluster_test.NONE) >= 34  # by chance 1 in 20 passes


def test_of_too_few_words_no_score_says_anything():
    labels = np.array([0, 0, 0, 1, 1])  # ten splits: no p-value is below 1 in 10
    vectors = np.where(labels[:, None], 1.0, -1.0) + np.eye(5) * 0.01
    assert cluster_test.groups(vectors, labels, np.random.default_rng(0)).found == cluster_test.FEW
    one = cluster_test.groups(vectors, np.zeros(5, int), np.random.default_rng(0))
    assert one == cluster_test.Groups(cluster_test.ONE)
