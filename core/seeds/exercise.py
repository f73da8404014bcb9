"""The exercise as handed out: plain SGD on windows drawn at random, and its loss per window
compared with three references.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.settings import TrainSettings
from core.texts.corpus import Corpus
from core.word2vec import batch as fast
from core.word2vec import losses, training_pairs

PRESET = TrainSettings(
    optimizer="sgd",
    lr=0.3,
    dim=10,
    window=5,
    window_mode="drawn",
    negatives=10,
    batch=50,
    iterations=40_000,
    schedule="halved",
    subsample=1e-5,
    thinning="paper",
)
RATES = 0.3, 3.0, 10.0  # as handed out, and two that take larger steps
# Windows for the loss per window: its standard error is about 0.05, that of differences far less
WINDOWS = 10_000
NUMBERS = 4_000_000  # entries of noise vectors in memory at once


@dataclass(frozen=True)
class WindowLoss:
    """Mean loss of a window in nats: the sum over its pairs, each with K negatives. All four losses
    are of the same windows.
    """

    model: float
    same_center: float  # each center vector replaced by their mean
    shuffled: float  # the center words shuffled among the windows
    one_scalar: float  # the best model that gives every pair the same score
    pairs: float  # mean number of pairs in a window


def preset(lr: float = PRESET.lr, seed: int = PRESET.seed) -> TrainSettings:
    """The settings of the exercise, with another learning rate or seed."""
    return replace(PRESET, lr=lr, seed=seed)


def window_loss(
    corpus: Corpus, settings: TrainSettings, V: NDArray, U: NDArray, rng: np.random.Generator
) -> WindowLoss:
    """Measure the loss on windows drawn as in training. V, U: center and context vectors (V, d)."""
    keep = training_pairs.keep_chance(corpus.counts, settings.subsample, settings.thinning)
    text = training_pairs.stream(corpus, keep, settings.window, True, rng)
    (windows,) = fast.drawn(text, settings.window, WINDOWS, False, np.float64, 1, rng)
    P = training_pairs.noise_distribution(corpus.counts, settings.noise_power)
    K, S = settings.negatives, fast.SHARED * settings.negatives
    noise = training_pairs.draw(P, (WINDOWS, S), rng)
    weights = windows.weights[:, 0]  # (N, E)
    each = weights.sum(1)  # pairs of each window
    rows = max(1, NUMBERS // (S * V.shape[1]))  # windows judged at once

    def loss(center):
        total = 0.0
        for k in range(0, WINDOWS, rows):
            some = slice(k, k + rows)
            real, other = U[windows.contexts[some]], U[noise[some]]  # (n, E, d), (n, S, d)
            seen = losses.softplus(-np.einsum("nd,ned->ne", center[some], real))
            drawn = losses.softplus(np.einsum("nd,nsd->ns", center[some], other))
            total += ((weights[some] * seen).sum(1) + each[some] * K / S * drawn.sum(1)).sum()
        return float(total / WINDOWS)

    center = V[windows.centers[:, 0]]
    # -log sigma(s) - K log sigma(-s) at its minimum, sigma = 1 / (1 + K)
    scalar = np.log(1 + K) + K * np.log((1 + K) / K)
    return WindowLoss(
        loss(center),
        loss(np.broadcast_to(center.mean(0), center.shape)),
        loss(rng.permutation(center)),
        float(each.mean() * scalar),
        float(each.mean()),
    )
