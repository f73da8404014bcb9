"""What a set of vectors says: neighbors, clusters against chance, and how many directions are in
use.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ClusterScore:
    """Mean silhouette of labeled vectors, and the same for shuffled labels."""

    score: float  # from -1 to 1; 0: no clusters
    each: np.ndarray  # (n,) silhouette of each vector
    null_mean: float
    null_95: float  # 95 % of the shuffled labellings score below this
    p_value: float  # share of labellings, the real one among them, that score at least as high


def unit(vectors):
    """Vectors divided by their lengths; a zero vector stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


def neighbors(vectors, rows, k):
    """The k nearest words by cosine of each of the rows, the word itself excluded.

    vectors: (V, d), rows: (n,). Returns numbers (n, k') and cosines (n, k'), nearest first, with k'
    = min(k, V - 1).
    """
    directions, k = unit(vectors), min(k, len(vectors) - 1)
    cosine = directions[rows] @ directions.T  # (n, V)
    cosine[np.arange(len(rows)), rows] = -np.inf
    near = np.argpartition(-cosine, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(cosine, near, 1), axis=1, kind="stable")
    near = np.take_along_axis(near, order, 1)
    return near, np.take_along_axis(cosine, near, 1)


def silhouettes(distance, labels):
    """Silhouette of each item: (b - a) / max(a, b), 0 for an item alone in its group (Rousseeuw
    1987).

    distance: (n, n), labels: (..., n) integers from 0, several labellings at once. a: mean distance
    to the own group, b: to the nearest other one. Returns (..., n).
    """
    member = np.eye(labels.max() + 1)[labels]  # (..., n, groups)
    own, sizes = member.astype(bool), member.sum(-2, keepdims=True)  # ..., (..., 1, groups)
    sums = distance @ member  # (..., n, groups)
    own_size = (sizes * member).sum(-1)  # (..., n)
    a = (sums * member).sum(-1) / np.maximum(own_size - 1, 1)
    b = np.where(own | (sizes == 0), np.inf, sums / np.maximum(sizes, 1)).min(-1)
    largest = np.maximum(a, b)
    alone = (own_size == 1) | (largest == 0)
    return np.where(alone, 0.0, (b - a) / np.where(alone, 1, largest))


def cluster_score(vectors, labels, rng, *, cosine=True, shuffles=500):
    """Mean silhouette of labeled vectors, compared with shuffled labels.

    vectors: (n, d), labels: (n,) integers from 0, at least two different ones. cosine: distance 1 -
    cosine, else Euclidean. The null shuffles the labels among the vectors, so that group sizes
    stay.
    """
    distance = (
        1 - unit(vectors) @ unit(vectors).T
        if cosine
        else np.linalg.norm(vectors[:, None] - vectors[None], axis=-1)
    )
    np.fill_diagonal(distance, 0)
    distance = np.maximum(distance.astype(np.float64), 0)
    each = silhouettes(distance, labels)
    null = silhouettes(distance, rng.permuted(np.tile(labels, (shuffles, 1)), axis=1)).mean(1)
    score = float(each.mean())
    return ClusterScore(
        score,
        each,
        float(null.mean()),
        float(np.quantile(null, 0.95)),
        float((1 + (null >= score).sum()) / (1 + shuffles)),
    )


def first_direction(vectors):
    """Share of the sum of squares that lies in the one strongest direction: 1 means that all
    vectors are parallel.
    """
    squares = np.linalg.svd(vectors.T @ vectors.astype(np.float64), compute_uv=False)
    return float(squares[0] / squares.sum()) if squares.sum() else 0.0
