"""Optimizers compared on word2vec: the loss during training, the path through parameter space, and
the steps of each word.
"""

import time
from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.optimizers.rules import find
from core.settings import TrainSettings
from core.texts.corpus import Corpus
from core.threads import one_thread
from core.training_loop import Progress
from core.word2vec import exact_objective, training

GRID = 15, 10  # points of a plane at which the loss is computed
MARGIN = 0.15  # margin of the plane around a path, as a share of its size
# Bytes of the paths through all parameters if each has two points, the least; finding their plane
# takes 3 times as many
MOST_BYTES = 200_000_000
TRAINING = 0.7  # share of the work that is training; the rest is computing losses in planes


@dataclass(frozen=True)
class Point(Progress):
    """The loss at one moment of a training."""

    optimizer: str
    epoch: float
    seconds: float  # processor time, without the time to record the steps
    loss: float  # per pair, in nats


@dataclass(frozen=True, eq=False)
class WordSteps:
    """The steps of each center vector during one training, all (V,)."""

    optimizer: str
    lr: float
    updates: np.ndarray  # how often the vector was updated
    gradient: np.ndarray  # mean length of its gradient
    step: np.ndarray  # mean length of its update
    diverged: float | None  # epoch at which the loss diverged, or None

    @property
    def effective_lr(self) -> NDArray:
        """Mean length of the updates divided by that of the gradients; nan for a word without
        updates.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.step / self.gradient


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane of the first two principal directions of one or several paths through parameter
    space, and the loss in it.
    """

    optimizers: tuple  # the names of those whose paths span it
    paths: dict  # name of an optimizer -> (F, 2)
    kept: dict  # name -> share of the variance of its path that the plane keeps
    share: float  # share of the variance of all paths together that the plane keeps
    x: np.ndarray  # (GRID[0],)
    y: np.ndarray  # (GRID[1],)
    losses: np.ndarray  # (GRID[0], GRID[1]) per pair, in nats

    @property
    def frame(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ranges of both axes: (x from, x to), (y from, y to)."""
        return (float(self.x[0]), float(self.x[-1])), (float(self.y[0]), float(self.y[-1]))

    def value(self, points: NDArray) -> NDArray:
        """The loss at points (..., 2), interpolated between those of the grid."""
        from scipy.interpolate import RectBivariateSpline  # 0.3 s that pages need not wait for

        return RectBivariateSpline(self.x, self.y, self.losses)(
            points[..., 0], points[..., 1], grid=False
        )


News = Point | WordSteps | Progress | Plane


class Watch:
    """Sums up the steps of the center vectors and keeps a reference to the parameters;
    `training.train` calls it after each step.
    """

    def __init__(self, W):
        self.W, self.spent = W, 0.0
        self.updates, self.gradient, self.step = np.zeros((3, len(W) // 2))

    def __call__(self, W, rows, before, gradient):
        """Record one step; arguments as `training.train` passes them."""
        started = time.process_time()
        self.W = W
        center = rows < len(self.updates)
        words = rows[center]
        self.updates[words] += 1
        self.gradient[words] += np.linalg.norm(gradient[center], axis=1)
        self.step[words] += np.linalg.norm(W[words] - before[center], axis=1)
        self.spent += time.process_time() - started

    def summary(self, optimizer: str, lr: float, diverged: float | None) -> WordSteps:
        """The WordSteps of the steps so far."""
        times = np.maximum(self.updates, 1)
        return WordSteps(
            optimizer, lr, self.updates, self.gradient / times, self.step / times, diverged
        )


@one_thread
def compare(
    corpus: Corpus, settings: TrainSettings, entries: tuple, dense: bool = False
) -> Generator[News, None, None]:
    """Train with several optimizers from the same vectors, text order and negatives.

    entries: (name, learning rate) of each optimizer; rate 0: its default. dense: as in
    `training.train`. Yields Progress (some of it Points), WordSteps after each training, and at the
    end a Plane of all paths together and one of each path alone. UserError if there are too many
    parameters to keep.
    """
    _check_size(len(corpus.words), settings.dim, len(entries))
    paths: dict[str, list[NDArray]] = {}
    for k, (name, lr) in enumerate(entries):
        paths[name] = []
        yield from _train(
            corpus, replace(settings, optimizer=name, lr=lr), paths[name], k, len(entries), dense
        )
    spans = [tuple(paths)] + ([(name,) for name in paths] if len(paths) > 1 else [])
    judge = exact_objective.prepare(corpus, settings, training.streams(settings).judge)
    for k, names in enumerate(spans):
        for item in _plane({name: np.array(paths[name]) for name in names}, judge, settings.dim):
            part = item.done if isinstance(item, Progress) else 1.0
            yield Progress(TRAINING + (1 - TRAINING) * (k + part) / len(spans))
            if isinstance(item, Plane):
                yield item


def _check_size(words, dim, optimizers):
    """UserError if all parameters at the start and the end of each path take too much memory."""
    held = 2 * optimizers * 2 * words * dim * np.dtype(np.float32).itemsize
    if held > MOST_BYTES:
        raise UserError(
            f"The paths of {optimizers} optimizers through {2 * words * dim:,} parameters would "
            f"take {held / 1e6:,.0f} MB, and {MOST_BYTES / 1e6:,.0f} MB are allowed: choose fewer "
            "optimizers, fewer dimensions or a larger min count."
        )


def _train(corpus, settings, path, k, total, dense=False):
    """One training; appends all parameters at each snapshot to `path`."""
    V = len(corpus.words)
    watch = Watch(training.start_vectors(V, settings, training.streams(settings).init, np.float32))
    started = time.process_time()
    # At each snapshot all parameters are kept, for each optimizer
    bound = max(2, training.FRAME_BYTES // (watch.W.nbytes * total))
    frames = min(training.FRAMES[1], bound)
    for item in training.train(corpus, settings, watch=watch, frames=frames, dense=dense):
        if isinstance(item, training.Run):
            yield watch.summary(
                settings.optimizer, settings.lr or find(settings.optimizer).lr, item.diverged
            )
        elif isinstance(item, training.Snapshot):
            seconds = time.process_time() - started - watch.spent
            path.append(watch.W.ravel().copy())
            yield Point(
                TRAINING * (k + item.done) / total,
                settings.optimizer,
                item.epoch,
                seconds,
                item.loss,
            )
        elif isinstance(item, Progress):
            yield Progress(TRAINING * (k + item.done) / total)


def _plane(paths, judge, dim):
    """Yield Progress, and last the Plane of these paths {name: (F, P)}."""
    every = np.concatenate(list(paths.values()))
    middle = every.mean(0)
    axes, share = _principal(every - middle)
    flat = {name: (path - middle) @ axes.T for name, path in paths.items()}
    kept = {name: _kept(path, axes) for name, path in paths.items()}
    low, high = (f(np.concatenate(list(flat.values())), axis=0) for f in (np.min, np.max))
    room = MARGIN * np.maximum(high - low, 1e-6)
    x, y = (np.linspace(a, b, n) for a, b, n in zip(low - room, high + room, GRID, strict=True))
    losses = np.zeros(GRID)
    for i, j in np.ndindex(GRID):
        V, U = np.split(
            (middle + x[i] * axes[0] + y[j] * axes[1]).astype(np.float32).reshape(-1, dim), 2
        )
        losses[i, j] = judge.losses(V, U)[0]
        if j % 5 == 4:
            yield Progress((i * GRID[1] + j + 1) / losses.size)
    yield Plane(tuple(paths), flat, kept, share, x, y, losses)


def _principal(centered):
    """The first two principal directions (2, P) of centered rows (F, P), and the share of the
    variance along them.

    The F x F matrix of inner products has the same non-zero eigenvalues as the far larger
    covariance. The sign of a direction is fixed: the last row lies on its positive side.
    """
    values, vectors = np.linalg.eigh((centered @ centered.T).astype(np.float64))
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    axes = vectors[:, :2].T @ centered / np.sqrt(np.maximum(values[:2], 1e-12))[:, None]
    axes = np.pad(
        axes * np.where(axes @ centered[-1] < 0, -1, 1)[:, None], ((0, 2 - len(axes)), (0, 0))
    )
    return axes, float(values[:2].sum() / values.sum()) if values.sum() else 0.0


def _kept(path, axes):
    centered = path - path.mean(0)
    total = (centered.astype(np.float64) ** 2).sum()
    return float(((centered @ axes.T) ** 2).sum() / total) if total else 0.0


def by_frequency(counts: NDArray, values: NDArray) -> tuple[NDArray, NDArray]:
    """Medians of values (V,) over words of similar counts (V,).

    Returns (counts, medians), one entry for each doubling of the count that has finite values.
    """
    doubling = np.floor(np.log2(counts)).astype(int)
    groups = [(doubling == k) & np.isfinite(values) for k in np.unique(doubling)]
    groups = [group for group in groups if group.any()]
    return (
        np.array([np.exp(np.log(counts[group]).mean()) for group in groups]),
        np.array([np.median(values[group]) for group in groups]),
    )


def rare_over_frequent(counts: NDArray, values: NDArray) -> float:
    """The median of values (V,) over the rarest tenth of the words, divided by that over the most
    frequent tenth; nan where one of the two has no finite values, or the latter is zero.
    """
    order = np.argsort(counts, kind="stable")
    tenth = max(1, len(order) // 10)
    rare, frequent = (v[np.isfinite(v)] for v in (values[order[:tenth]], values[order[-tenth:]]))
    if not len(rare) or not len(frequent) or not np.median(frequent):
        return float("nan")
    return float(np.median(rare) / np.median(frequent))
