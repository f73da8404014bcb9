"""Training as a generator of snapshots: its consumer draws, cancels and stores."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.errors import UserError
from core.optimizers.rules import OPTIMIZERS
from core.settings import TrainSettings, check
from core.texts.corpus import Corpus
from core.threads import one_thread
from core.training_loop import SCHEDULES, Progress, snapshots
from core.word2vec import batch as fast
from core.word2vec import exact_objective, exact_solver, training_pairs
from core.word2vec.averaging import Average

FRAME_BYTES = 48_000_000  # largest size of all snapshots of a run, to limit the memory of the page
FRAMES = 8, 41  # least and largest number of snapshots in the animation of a training
EACH = 3  # snapshots per epoch: judging more of them would take as long as the training
# Multiple of the loss at the start beyond which a run has diverged, even if it is still finite
RUNAWAY = 1_000
STOCK = 1 << 18  # noise words drawn per call: each call takes O(V), however few are drawn
TICK = 16_384  # center words between two Progress items; a run can be canceled at each


@dataclass(frozen=True)
class References:
    """The losses per pair that a model's loss is compared with, over the same center words; a
    training yields them first.
    """

    at_start: float  # if all scores are zero
    without_center: float  # of the best model that ignores the center word
    centers: int  # number of judged center words
    words: int  # size of the vocabulary
    seconds: float = 0.0  # about how long the training takes; 0: not foretold


@dataclass(frozen=True)
class Snapshot(Progress):
    """The model at one moment; owns its arrays."""

    epoch: float
    pairs: float  # real pairs trained on so far
    loss: float  # per pair, in nats
    shuffled: float  # the same with the center words shuffled among the pairs
    center: np.ndarray  # (V, d) float32
    error: float  # standard error of the loss: only some center words are judged
    gap_error: float  # standard error of shuffled - loss


@dataclass(frozen=True, eq=False)
class Run:
    """A finished training: the vectors and everything that is reported about them."""

    settings: TrainSettings
    center: np.ndarray  # (V, d)
    context: np.ndarray  # (V, d)
    # (epoch, loss, shuffled) of each snapshot, over the words judged during training
    curve: tuple
    losses: exact_objective.Losses  # of the final vectors, over all center words or many of them
    references: References  # for `losses`
    pairs: float
    seconds: float  # of counting, set-up and training, without reading and tokenizing
    # Epoch at which the loss was beyond RUNAWAY or not finite, or None
    diverged: float | None

    @property
    def warning(self) -> str:
        """A sentence that says when a run diverged and why, or ""."""
        if self.diverged is None:
            return ""
        solved = self.settings.optimizer == "exact"
        cause = "the L2 strength is too low" if solved else "the learning rate is too high"
        return f"The loss had diverged by epoch {self.diverged:.2f}: {cause}."


News = Run | Snapshot | References | Progress


@dataclass(frozen=True)
class Streams:
    """One random generator for each use of randomness, so that each can be varied alone."""

    init: np.random.Generator
    order: np.random.Generator
    negatives: np.random.Generator
    judge: np.random.Generator


def streams(settings: TrainSettings) -> Streams:
    """Split the seed into independent streams; a stream that has its own seed uses that instead."""
    own = settings.init_seed, settings.order_seed, settings.negatives_seed
    init, order, negatives = (
        np.random.default_rng(
            np.random.SeedSequence(settings.seed if seed < 0 else seed).spawn(4)[k]
        )
        for k, seed in enumerate(own)
    )
    return Streams(init, order, negatives, exact_objective.generator())


def check_seeded(settings: TrainSettings) -> TrainSettings:
    """Return the settings; UserError if all seeds give the same run, as each stream of randomness
    that is used has a seed of its own.
    """
    used = [settings.init_seed]
    if settings.optimizer != "exact":
        used.append(settings.order_seed)
        used += [settings.negatives_seed] * (settings.loss == "negative-sampling")
    if min(used) >= 0:
        raise UserError(
            "Each part of the randomness has a seed of its own, so all seeds give the same run: "
            "empty one of these boxes under Random streams."
        )
    return settings


def start_vectors(
    words: int, settings: TrainSettings, rng: np.random.Generator, dtype: DTypeLike
) -> NDArray:
    """Center vectors (rand - 0.5) / d, and below them context vectors of zeros, as in word2vec.c.

    words: V. Returns (2 V, d).
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

    The gradient of a step is the mean over the windows of its batch. Optimizers with an L2 strength
    add the gradient of the penalty, which follows the schedule. The rule is applied only to the
    rows that the batch touches ("lazy"); other rows and their optimizer state do not change. So
    neither decay, velocity nor L2 moves a word that is not in the batch, and a rule that counts
    steps, such as Adam for its bias correction, counts those of each row. With `average`, the last
    snapshot and the Run hold the mean of the last steps; those before hold single steps. The same
    corpus and settings give the same bytes.

    dtype: of the parameters. watch: called after every step as `watch(W, rows, before, gradient)`
    with all parameters, the numbers of the rows that the step touched, their values before it, and
    their gradient. frames: the largest number of snapshots; it does not change the vectors. dense:
    apply the rule to all rows in each step, as written in its paper; rows outside the batch have no
    gradient except that of L2. start: initial parameters (2 V, d) instead of `start_vectors`; not
    for the exact solver. UserError if the settings are impossible or too large for the text.
    """
    check_possible(settings)
    if start is not None and settings.optimizer not in OPTIMIZERS:
        raise UserError(
            "The exact solver cannot start from given vectors: choose another optimizer."
        )
    trainer = TRAINERS[settings.optimizer](corpus, settings, dtype, watch, frames, dense, start)
    yield from trainer.run()


def check_possible(settings: TrainSettings) -> TrainSettings:
    """Return the settings; UserError if no text can be trained with them."""
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
    """Return the settings; UserError if they cannot be used with so many words."""
    if settings.optimizer == "exact" and words > exact_solver.MOST_WORDS:
        raise UserError(
            f"The exact solver is available for up to {exact_solver.MOST_WORDS:,} words, and this "
            f"text has {words:,}: its time grows with the square of the vocabulary. Lower the "
            "largest vocabulary, or choose an optimizer."
        )
    return settings


class _Trainer:
    """The state of one training; each kind of training adds `_begin` and `_steps`."""

    def __init__(self, corpus, settings, dtype, watch, frames, dense, start=None):
        self.corpus, self.settings, self.dtype = corpus, settings, dtype
        self.watch, self.frames, self.dense, self.start = watch, frames, dense, start
        self.started = time.perf_counter()
        self.random = streams(settings)
        self.pairs = self.seconds = 0.0
        self.states: tuple[NDArray, ...] = ()  # of the optimizer

    def _judging(self):
        return exact_objective.judging(self.corpus, self.settings)

    def _begin(self) -> NDArray:
        """All parameters at the start: center vectors, and below them context vectors."""
        raise NotImplementedError

    def _steps(self) -> Iterator[tuple[float, int]]:
        """Take all steps; yields the share of the work done and its amount, before the first step
        and after each.
        """
        raise NotImplementedError

    def run(self) -> Iterator[Snapshot | Run | References | Progress]:
        judges = self._judging()
        self.judge = judges.during
        self.W = self._begin()
        self.V, self.U = np.split(self.W, 2)  # views: a step changes W
        references = self._references(self.judge)
        yield references
        most = int(np.clip(EACH * self._epochs() + 1, *FRAMES))
        bound = max(2, FRAME_BYTES // self.V.nbytes)  # at least the start and the end
        # Closer at the start, where vectors move most: half of the motion is in the first twelfth
        times = np.linspace(0, 1, min(self.frames, most, bound)) ** 2
        curve: list[tuple[float, float, float]] = []
        diverged, good = None, (self.V, self.U)
        for news in snapshots(self._steps(), times, self._snapshot, TICK):
            if isinstance(news, Snapshot):
                if not (news.loss < RUNAWAY * references.at_start and np.isfinite(self.W).all()):
                    if not curve:
                        raise UserError(
                            "This training cannot start because its first loss is not finite: "
                            "raise the L2 strength or choose fewer dimensions."
                        )
                    diverged = news.epoch
                    break
                good = self.V.copy(), self.U.copy()
                curve.append((news.epoch, news.loss, news.shuffled))
            yield news
        # What the last judgment does not need would be the largest part of the memory
        del self.W, self.V, self.U
        self.states = ()
        last = judges.at_the_end
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
        return References(judge.at_start, judge.without_center, len(judge.centers), V, self.seconds)

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
            found.gap_error,
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
        sampled = self.settings.loss == "negative-sampling"
        # Words drawn for each block
        self.noise_each = fast.SHARED * self.settings.negatives if sampled else 0
        W = start_vectors(len(self.corpus.words), self.settings, self.random.init, self.dtype)
        if self.start is not None:
            W = self.start.astype(self.dtype)
        self.states = self.optimizer.start(W, self.optimizer.squares_start)
        self.steps = np.zeros((len(W), 1), self.dtype)  # of each row, for the rules that ask
        self.average = Average(W) if self.settings.average else None
        return W

    def _steps(self):
        """Take all steps; yields the share of the work done and the number of center words so far,
        before the first step and after each.
        """
        seen, multiplier = 0, SCHEDULES[self.settings.schedule]
        last = 1 - self.settings.average
        yield 0.0, 0
        for begun, done, windows in self._drawn() if self.settings.iterations else self._passes():
            self._step(windows, multiplier(begun))
            if self.average and done > last:
                self.average.stepped()
            if self.average and done == 1:
                self.W[:] = self.average.of(self.W)
            seen += windows.count
            yield done, seen

    def _passes(self):
        """Batches of passes over the text, epoch by epoch: the share of the work done before and
        after each batch, and the batch.
        """
        s = self.settings
        for epoch in range(s.epochs):
            text = self._text()
            size, read = len(text.ids), 0
            for windows in fast.batches(
                text, s.window, s.batch, s.window_mode == "expected", self.dtype, self.noise_each
            ):
                begun, read = read, read + windows.count
                yield (epoch + begun / size) / s.epochs, (epoch + read / size) / s.epochs, windows

    def _drawn(self):
        """Batches of windows drawn at random, as for `_passes`; the text is thinned again whenever
        as many windows were drawn as it has words.
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
                self.noise_each,
            ):
                yield step / s.iterations, (step + 1) / s.iterations, windows
                step += 1

    def _text(self):
        s = self.settings
        keep = training_pairs.keep_chance(self.corpus.counts, s.subsample, s.thinning)
        text = training_pairs.stream(
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
        # Too high a learning rate is reported as divergence, not as a warning of NumPy
        with np.errstate(over="ignore", invalid="ignore"):
            rows, before, gradient = self._gradient(windows)
            gradient /= windows.count
            if self.dense:
                rows, before, gradient = self._all_rows(rows, gradient)
            if self.optimizer.l2:
                gradient += self.dtype(self.optimizer.l2 * eta) * before
            t = 1
            if self.optimizer.counts:
                t = self.steps[rows] = self.steps.take(rows, 0) + 1
            state = tuple(s.take(rows, 0) for s in self.states)
            after, new = self.optimizer.step(before, gradient, state, t, self.lr, eta, **self.hyper)
        if self.average:
            self.average.held(rows, before)
        for array, part in zip((self.W, *self.states), (after, *new), strict=True):
            fast.set_rows(array, rows, part)
        if self.watch:
            self.watch(self.W, rows, before, gradient)

    def _all_rows(self, rows, gradient):
        """The numbers of all rows, a copy of their values, and their gradient."""
        whole = np.zeros_like(self.W)
        whole[rows] = gradient
        return np.arange(len(self.W)), self.W.copy(), whole

    def _gradient(self, windows):
        if not self.noise_each:
            return fast.softmax_gradient(self.W, windows)
        drawn = self._negatives(len(windows.centers), self.noise_each)
        return fast.negative_sampling_gradient(self.W, windows, drawn)

    def _negatives(self, blocks, each):
        """Noise words for some blocks, (blocks, each), from a stock of STOCK words."""
        n = blocks * each
        if len(self.noise_words) < n:
            self.noise_words = training_pairs.draw(
                self.judge.noise, max(n, STOCK), self.random.negatives
            )
        drawn, self.noise_words = self.noise_words[:n], self.noise_words[n:]
        return drawn.reshape(blocks, each)


class _Exact(_Trainer):
    """Sweeps of the exact solver; an epoch is a sweep."""

    def _judging(self):
        check_size(self.settings, len(self.corpus.words))
        judges = exact_objective.judging(self.corpus, self.settings, counted=True)
        self.N = judges.together
        return judges

    def _begin(self):
        s = self.settings
        self.sides = exact_solver.sides(self.N, s.negatives * self.judge.noise, self.dtype)
        W = exact_solver.start(*self.sides, s.dim, s.l2, self.random.init)
        self.seconds = exact_solver.seconds(W, *self.sides, s.l2, s.epochs)
        return W

    def _steps(self):
        s, total = self.settings, float(self.sides[0].N.sum(dtype=np.float64))
        blocks = 2 * -(-len(self.V) // exact_solver.ROWS)
        yield 0.0, 0
        for k in range(s.epochs):
            for block, _ in enumerate(exact_solver.sweep(self.V, self.U, *self.sides, s.l2), 1):
                self.pairs += total / blocks
                # The amount grows by TICK: each block yields a Progress
                yield (k + block / blocks) / s.epochs, TICK * (k * blocks + block)


# The optimizers that can be chosen
TRAINERS = {**dict.fromkeys(OPTIMIZERS, _Stochastic), "exact": _Exact}
