"""What a single run can say about the groups of its words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.vectors import neighbors_and_clusters

CLUSTERS, NONE, FEW, ONE = "clusters", "no clusters", "too few words", "one group"


@dataclass(frozen=True)
class Groups:
    """CLUSTERS, NONE, FEW (no score can be above chance) or ONE, and the score behind it."""

    found: str
    score: neighbors_and_clusters.ClusterScore | None = None


def groups(
    vectors: NDArray[np.floating], labels: NDArray[np.integer], rng: np.random.Generator
) -> Groups:
    """Judge the groups of some words by their silhouette compared with shuffled labels.

    vectors: (n, d), labels: (n,) integers from 0.
    """
    if len(set(labels.tolist())) < 2:
        return Groups(ONE)
    score = neighbors_and_clusters.cluster_score(vectors, labels, rng)
    if neighbors_and_clusters.too_few(labels):
        return Groups(FEW, score)
    return Groups(CLUSTERS if score.clear else NONE, score)
