"""Training as a generator of snapshots: the consumer decides about drawing, canceling and
storing.
"""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.errors import UserError
from core.loop import SCHEDULES, Progress, snapshots
from core.optimizers.rules import OPTIMIZERS
from core.settings import TrainSettings, check
from core.texts.corpus import Corpus
from core.threads import one_thread
from core.word2vec import batch as fast
from core.word2vec import evaluation, exact, pairs

FRAME_BYTES = 48_000_000  # all snapshots of a run together: bounds the memory of the page
FRAMES = 8, 41  # at least and at most so many snapshots: the animation of the training
EACH = 3  # snapshots an epoch: judging more of them would take as long as the training
# Times the loss at the start: so far off, a run has diverged, although its numbers are finite yet
RUNAWAY = 1_000
STOCK = 1 << 18  # noise words drawn at once: the cost of drawing few grows with the vocabulary
TICK = 16_384  # center words between two Progress items: a run can be canceled there


@dataclass(frozen=True)
class References:
    """What the loss per pair is compared with, over the same center words; the first thing a
    training yields.
    """

    at_start: float  # while all scores are zero
    without_center: float  # the best a model can do that ignores the center word
    centers: int  # center words judged
    words: int  # of so many


@dataclass(frozen=True)
class Snapshot(Progress):
    """The model at one moment; owns its arrays."""

    epoch: float
    pairs: float  # real pairs seen so far
    loss: float  # per pair, in nats
    shuffled: float  # the same with the center words shuffled among the pairs
    center: np.ndarray  # (V, d) float32
    error: float  # standard error of the loss: only some center words are judged on the way


@dataclass(frozen=True, eq=False)
class Run:
    """A finished training: the vectors and everything that is reported about them."""

    settings: TrainSettings
    center: np.ndarray  # (V, d)
    context: np.ndarray  # (V, d)
    # The snapshots without their vectors: (epoch, loss, shuffled), of the words judged on the way
    curve: tuple
    losses: evaluation.Losses  # of the vectors, over all center words or many of them
    references: References  # for `losses`
    pairs: float
    seconds: float  # counting, set-up and training; not reading and tokenizing
    # epoch at which the loss was beyond RUNAWAY or no number, or None
    diverged: float | None

    @property
    def warning(self) -> str:
        """What to say of a run that diverged, or "": a sentence with the cause."""
        if self.diverged is None:
            return ""
        exact = self.settings.optimizer == "exact"
        cause = "the L2 strength is too low" if exact else "the learning rate is too high"
        return f"The loss had diverged by epoch {self.diverged:.2f}: {cause}."


News = Run | Snapshot | References | Progress


@dataclass(frozen=True)
class Streams:
    """One generator for each use of randomness: each can be varied alone."""

    init: np.random.Generator
    order: np.random.Generator
    negatives: np.random.Generator
    judge: np.random.Generator


def streams(settings: TrainSettings) -> Streams:
    """Split the seed into independent streams; a stream with a seed of its own follows that one
    instead.
    """
    # Every run is judged by the same pairs
    own = settings.init_seed, settings.order_seed, settings.negatives_seed, 0
    return Streams(
        *(
            np.random.default_rng(
                np.random.SeedSequence(settings.seed if seed < 0 else seed).spawn(4)[k]
            )
            for k, seed in enumerate(own)
        )
    )


def start_vectors(
    words: int, settings: TrainSettings, rng: np.random.Generator, dtype: DTypeLike
) -> NDArray:
    """Center vectors (rand - 0.5) / d, and below them context vectors of zeros (word2vec.c): (2 V,
    d).
    """
    center = (rng.random((words, settings.dim)) - 0.5) / settings.dim
    return np.concatenate([center, np.zeros_like(center)]).astype(dtype)


@one_thread
def train(
    corpus: Corpus,
    settings: TrainSettings,
    dtype: DTypeLike = np.float32,
    watch: Callable[[NDArray, NDArray, NDArray, NDArray], None] | None = None,
    frames: int = FRAMES[1],
    dense: bool = False,
    start: NDArray | None = None,
) -> Generator[News, None, None]:
    """Train skip-gram; yields References, then Progress (some of it Snapshots), and a Run last.

    The gradient of a step is the mean over the windows of its batch, and for optimizers with an L2
    strength that of the penalty, which follows the schedule. A rule is applied to the rows the
    batch touches ("lazy"): other rows, and their optimizer state, stay as they are: no decay, no
    velocity and no L2 moves a word that is not read, and a rule that counts steps, such as Adam for
    its bias correction, counts those of each row. The same corpus and settings give the same bytes.
    watch: called after every step as `watch(W, rows, before, gradient)`: all parameters, the rows
    that the step touched, what they were before it, and their gradient. frames: at most so many
    snapshots; their number changes no vector. dense: apply the rule to all rows in each step, as
    written in its paper; rows outside a batch have no gradient but L2's.
    start: all parameters to begin with, (2 V, d), as `start_vectors` gives them; not for the exact
    solver.
    """
    check_possible(settings)
    if start is not None and settings.optimizer not in OPTIMIZERS:
        raise UserError("The exact solver cannot go on from vectors: choose another optimizer.")
    trainer = TRAINERS[settings.optimizer](corpus, settings, dtype, watch, frames, dense, start)
    yield from trainer.run()


def check_possible(settings: TrainSettings) -> TrainSettings:
    """Return the settings; UserError if no training can have them, whatever the text."""
    check(settings)
    if settings.optimizer not in TRAINERS:
        raise UserError(
            f"There is no optimizer {settings.optimizer!r}; choose one of {', '.join(TRAINERS)}."
        )
    sampled = settings.loss == "softmax" or settings.subsample or settings.iterations
    if settings.optimizer == "exact" and sampled:
        raise UserError(
            "The exact solver minimizes negative sampling over the whole text: choose that loss, "
            "no sub-sampling and no iterations, or another optimizer."
        )
    return settings


def check_size(settings: TrainSettings, words: int) -> TrainSettings:
    """Return the settings; UserError if a vocabulary of so many words is too large for them."""
    if settings.optimizer == "exact" and words > exact.MOST_WORDS:
        raise UserError(
            f"The exact solver is available for up to {exact.MOST_WORDS:,} words, and this text "
            f"has {words:,}: its time grows with the square of the vocabulary. Lower the largest "
            "vocabulary, or choose an optimizer."
        )
    return settings


class _Trainer:
    """The state of one training; a way to train adds `_begin` and `_steps`."""

    def __init__(self, corpus, settings, dtype, watch, frames, dense, start=None):
        self.corpus, self.settings, self.dtype = corpus, settings, dtype
        self.watch, self.frames, self.dense, self.start = watch, frames, dense, start
        self.started = time.perf_counter()
        self.random = streams(settings)
        self.pairs = 0.0
        self.N: Any = None  # counts of words seen together, where the training needs them

    def _judge(self):
        return evaluation.prepare(self.corpus, self.settings, self.random.judge)

    def _begin(self) -> NDArray:
        """All parameters at the start: center vectors, and below them context vectors."""
        raise NotImplementedError

    def _steps(self) -> Iterator[tuple[float, int]]:
        """Take all steps; yields the share of the work done and an amount of it, before the first
        and after each.
        """
        raise NotImplementedError

    def run(self) -> Iterator[Snapshot | Run | References | Progress]:
        self.judge = self._judge()
        self.W = self._begin()
        self.V, self.U = np.split(self.W, 2)  # views: a step changes W
        references = self._references(self.judge)
        yield references
        most = int(np.clip(EACH * self._epochs() + 1, *FRAMES))
        bound = max(2, FRAME_BYTES // self.V.nbytes)  # the start and the end, however large
        # Denser at the start, where the model moves: half of all motion lies in the first twelfth
        times = np.linspace(0, 1, min(self.frames, most, bound)) ** 2
        curve: list[tuple[float, float, float]] = []
        diverged, good = None, (self.V, self.U)
        for news in snapshots(self._steps(), times, self._snapshot, TICK):
            if isinstance(news, Snapshot):
                if not (news.loss < RUNAWAY * references.at_start and np.isfinite(self.W).all()):
                    if not curve:
                        raise UserError(
                            "This training cannot start: its first loss is no number. Raise the "
                            "L2 strength or choose fewer dimensions."
                        )
                    diverged = news.epoch
                    break
                good = self.V.copy(), self.U.copy()
                curve.append((news.epoch, news.loss, news.shuffled))
            yield news
        last = evaluation.prepare(
            self.corpus, self.settings, self.random.judge, evaluation.AT_THE_END, self.N
        )
        yield Run(
            self.settings,
            *good,
            tuple(curve),
            last.losses(*good),
            self._references(last),
            self.pairs,
            time.perf_counter() - self.started,
            diverged,
        )

    def _references(self, judge):
        V = len(self.corpus.words)
        return References(judge.at_start, judge.without_center, len(judge.centers), V)

    def _snapshot(self, done):
        with np.errstate(over="ignore", invalid="ignore"):
            found = self.judge.losses(self.V, self.U)
        return Snapshot(
            done,
            done * self._epochs(),
            self.pairs,
            found.loss,
            found.shuffled,
            self.V.astype(np.float32, copy=True),
            found.error,
        )

    def _epochs(self):
        s = self.settings
        return s.iterations * s.batch / len(self.corpus.ids) if s.iterations else s.epochs


class _Stochastic(_Trainer):
    """Steps on batches of windows, by a rule of `core.optimizers.rules`."""

    def _begin(self):
        self.optimizer = OPTIMIZERS[self.settings.optimizer]
        self.lr = self.settings.lr or self.optimizer.lr
        self.hyper = {"decay": self.settings.decay} if "decay" in self.optimizer.hyper else {}
        self.noise_words = np.empty(0, np.int32)
        W = start_vectors(len(self.corpus.words), self.settings, self.random.init, self.dtype)
        if self.start is not None:
            W = self.start.astype(self.dtype)
        self.states = self.optimizer.start(W, self.optimizer.squares_start)
        self.steps = np.zeros(len(W), np.int64)
        return W

    def _steps(self):
        """Take all steps; yields the share of the work done and the center words seen, before the
        first and after each.
        """
        seen, multiplier = 0, SCHEDULES[self.settings.schedule]
        yield 0.0, 0
        for begun, done, windows in self._drawn() if self.settings.iterations else self._passes():
            self._step(windows, multiplier(begun))
            seen += windows.count
            yield done, seen

    def _passes(self):
        """The text in order, epoch by epoch: the share of the work done before and after each
        batch, and the batch.
        """
        s = self.settings
        for epoch in range(s.epochs):
            text = self._text()
            size, read = len(text.ids), 0
            for windows in fast.batches(
                text, s.window, s.batch, s.window_mode == "expected", self.dtype
            ):
                begun, read = read, read + windows.count
                yield (epoch + begun / size) / s.epochs, (epoch + read / size) / s.epochs, windows

    def _drawn(self):
        """Windows drawn at random; the text is thinned anew when as many are drawn as it has
        words.
        """
        s, step = self.settings, 0
        while step < s.iterations:
            text = self._text()
            steps = min(s.iterations - step, -(-len(text.ids) // s.batch))
            for windows in fast.drawn(
                text,
                s.window,
                s.batch,
                s.window_mode == "expected",
                self.dtype,
                steps,
                self.random.order,
            ):
                yield step / s.iterations, (step + 1) / s.iterations, windows
                step += 1

    def _text(self):
        s = self.settings
        keep = pairs.keep_chance(self.corpus.counts, s.subsample, s.thinning)
        text = pairs.stream(
            self.corpus, keep, s.window, s.window_mode == "drawn", self.random.order
        )
        if not len(text.ids):
            raise UserError(
                "Sub-sampling leaves no word of the text; raise its threshold or switch it off "
                "with 0."
            )
        return text

    def _step(self, windows, eta):
        self.pairs += windows.pairs
        # a rate that is too high is reported, not printed
        with np.errstate(over="ignore", invalid="ignore"):
            rows, before, gradient = self._gradient(windows)
            gradient /= windows.count
            if self.dense:
                rows, before, gradient = self._all_rows(rows, gradient)
            if self.optimizer.l2:
                gradient += self.dtype(self.optimizer.l2 * eta) * before
            self.steps[rows] += 1
            t = self.steps[rows][:, None].astype(self.dtype)
            state = tuple(s.take(rows, 0) for s in self.states)
            after, new = self.optimizer.step(before, gradient, state, t, self.lr, eta, **self.hyper)
        for array, part in zip((self.W, *self.states), (after, *new), strict=True):
            fast.set_rows(array, rows, part)
        if self.watch:
            self.watch(self.W, rows, before, gradient)

    def _all_rows(self, rows, gradient):
        """The numbers of all rows, what they are now, and their gradient."""
        whole = np.zeros_like(self.W)
        whole[rows] = gradient
        return np.arange(len(self.W)), self.W.copy(), whole

    def _gradient(self, windows):
        s = self.settings
        if s.loss == "softmax":
            return fast.softmax_gradient(self.W, windows)
        drawn = self._negatives(len(windows.centers), fast.SHARED * s.negatives)
        return fast.negative_sampling_gradient(self.W, windows, drawn, s.negatives)

    def _negatives(self, blocks, each):
        """Noise words for some blocks, (blocks, each), from a stock that is drawn at once."""
        n = blocks * each
        if len(self.noise_words) < n:
            self.noise_words = pairs.draw(self.judge.noise, max(n, STOCK), self.random.negatives)
        drawn, self.noise_words = self.noise_words[:n], self.noise_words[n:]
        return drawn.reshape(blocks, each)


class _Exact(_Trainer):
    """Sweeps of the exact solver; an epoch is a sweep."""

    def _judge(self):
        s = check_size(self.settings, len(self.corpus.words))
        self.N = pairs.together(self.corpus, s.window)
        return evaluation.prepare(self.corpus, s, self.random.judge, together=self.N)

    def _begin(self):
        s = self.settings
        self.sides = exact.sides(self.N, s.negatives * self.judge.noise, self.dtype)
        return exact.start(*self.sides, s.dim, s.l2, self.random.init)

    def _steps(self):
        s, total = self.settings, float(self.N.sum())
        blocks = 2 * -(-len(self.V) // exact.ROWS)
        yield 0.0, 0
        for k in range(s.epochs):
            for block, _ in enumerate(exact.sweep(self.V, self.U, *self.sides, s.l2), 1):
                self.pairs += total / blocks
                # Each block is a sign of life
                yield (k + block / blocks) / s.epochs, TICK * (k * blocks + block)


# The optimizers that can be chosen
TRAINERS = {**dict.fromkeys(OPTIMIZERS, _Stochastic), "exact": _Exact}
