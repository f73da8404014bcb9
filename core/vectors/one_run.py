"""What a single run can say about the groups of its words."""

from collections import Counter
from dataclasses import dataclass
from math import factorial, prod

import numpy as np

from core.vectors import metrics

LEVEL = 0.05  # a score is above chance if fewer of the shuffled labelings reach it
CLUSTERS, NONE, FEW, ONE = "clusters", "no clusters", "too few words", "one group"


@dataclass(frozen=True)
class Groups:
    """CLUSTERS, NONE, FEW (no score could be above chance) or ONE, and the score behind it."""

    found: str
    score: metrics.ClusterScore | None = None


def groups(vectors: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> Groups:
    """Judge the groups of some words by their silhouette compared with shuffled labels.

    vectors: (n, d), labels: (n,) integers from 0.
    """
    if len(set(labels.tolist())) < 2:
        return Groups(ONE)
    score = metrics.cluster_score(vectors, labels, rng)
    if ways(labels) * LEVEL < 1:
        return Groups(FEW, score)
    return Groups(CLUSTERS if score.score > score.null_95 else NONE, score)


def ways(labels: np.ndarray) -> int:
    """In how many ways the words can be split into groups of these sizes."""
    sizes = Counter(labels.tolist()).values()
    same = prod(factorial(times) for times in Counter(sizes).values())
    return factorial(len(labels)) // prod(map(factorial, sizes)) // same
