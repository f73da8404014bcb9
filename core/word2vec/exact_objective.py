"""How well a model predicts the pairs of its text: the exact objective, its references, and the
shuffled-center gap.

With N the weighted co-occurrence counts, N_c their row sums and P the noise distribution,
the expected loss of negative sampling and that of softmax are

    L = sum_co [ N_co -log sigma(u_o.v_c) + K N_c P_o -log sigma(-u_o.v_c) ] / sum N
    L = sum_co   N_co -log softmax(U v_c)_o / sum N

It is reported per pair: negative sampling judges 1 + K pairs for each pair of the text, so L is
divided by 1 + K. With sub-sampling, N holds the expected counts in the thinned text, so the
objective is the one that is trained.

If the vocabulary is large, or while a model is being trained, only some center words are judged.
Loss, shuffled loss and reference are then computed over the same pairs, those of the judged words.
So a model that has learned only the frequencies of words has the loss of the reference and a gap of
zero, whichever words are judged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.errors import UserError
from core.settings import TrainSettings
from core.texts.corpus import Corpus
from core.word2vec import training_pairs

SCORES = 250_000  # scores computed for one judgment during training: 2 ms
AT_THE_END = 30_000_000  # and for a finished model: all center words, if there are up to 5,400
CACHED = 16_384  # numbers that fit into the fastest cache
# Center words whose scores are in memory at once; with 128, a default run takes 30 ms longer
ROWS = 32
# Fields of the settings that change what is judged
JUDGED = "window", "loss", "negatives", "subsample", "thinning", "noise_power"
KEPT_TOKENS = 2_000_000  # of a text whose counts are kept: those of a longer one need more memory
CENTERS = 64, 512  # least and largest number of center words judged during training


class Losses(NamedTuple):
    """The result of one judgment, per pair and in nats; errors are standard errors, 0 if all center
    words were judged.
    """

    loss: float
    shuffled: float  # the same with the center words shuffled among the pairs
    error: float  # of the loss
    gap_error: float  # of shuffled - loss

    @property
    def gap(self) -> float:
        """How much the loss rises when the center words are shuffled: 0 if the model ignores
        them.
        """
        return self.shuffled - self.loss


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What stays the same during a run: the judged center words, their context words, and the
    references.
    """

    centers: NDArray[np.intp]  # (R,) word numbers
    scale: NDArray[np.float64]  # (R,) how many pairs each one represents
    seen: sparse.csr_array  # (R, V) share of each context word among the pairs of the center
    context: NDArray[np.float64]  # (V,) share of each context word among all judged pairs
    everywhere: NDArray[np.float64]  # (V,) the same among all pairs of the text
    noise: NDArray[np.float64]  # (V,) noise distribution
    K: int  # 0 for softmax
    drawn: int  # how many of the center words, the last ones, were drawn at random
    among: int  # how many words they were drawn from

    @property
    def at_start(self) -> float:
        """Loss per pair if every score is zero."""
        return float(np.log(2) if self.K else np.log(len(self.context)))

    @cached_property
    def without_center(self) -> float:
        """The loss per pair, on the judged pairs, of the model that fits the whole text best among
        those whose score depends on the context word alone.

        Setting the derivative of L to zero gives score_o = log(q_o / (K P_o)), with q the share of
        o among all pairs; for softmax score_o = log q_o, and L is the cross-entropy.
        """
        q, P = self.everywhere, self.noise
        seen, here = q > 0, self.context[q > 0]
        if not self.K:
            return float(-(here * np.log(q[seen])).sum())
        s = np.log(q[seen] / (self.K * P[seen]))
        return float(
            (here * np.logaddexp(0, -s) + self.K * P[seen] * np.logaddexp(0, s)).sum()
            / (1 + self.K)
        )

    def losses(self, V: NDArray[np.floating], U: NDArray[np.floating]) -> Losses:
        """Compute the losses of center vectors V and context vectors U, both (V, d)."""
        R = len(self.centers)
        real, mean, of_context = np.empty(R), np.empty(R), np.zeros(len(self.context))
        at_random = self.context.astype(V.dtype)
        for some, rows, words, shares, in_all in self._pieces:
            center, pair = self._of_pairs(V[self.centers[some]] @ U.T)
            at_pairs = np.bincount(rows, shares * pair[rows, words], len(in_all))
            real[some] = center * in_all + at_pairs
            mean[some] = center + pair @ at_random
            if self.drawn:
                scale = self.scale[some]
                of_context += scale @ center + scale.astype(V.dtype) @ pair
        if self.K:
            real, mean, of_context = (x / (1 + self.K) for x in (real, mean, of_context))
        weight = self.scale / self.scale.sum()
        loss, shuffled = float(weight @ real), float(weight @ mean)
        if not self.drawn:
            return Losses(loss, shuffled, 0.0, 0.0)
        of_context = self.seen @ (of_context / self.scale.sum()) - shuffled
        return Losses(
            loss,
            shuffled,
            self._error(real - loss),
            self._error(mean - shuffled + of_context - (real - loss)),
        )

    @cached_property
    def _pieces(self):
        """For each ROWS center words: their slice, row, context word and share of each pair in
        `seen`, and the sum of the shares of each row.
        """
        pieces = []
        for start in range(0, len(self.centers), ROWS):
            some = slice(start, min(start + ROWS, len(self.centers)))
            first, *_, last = ends = self.seen.indptr[start : some.stop + 1]
            rows = np.repeat(np.arange(len(ends) - 1, dtype=np.int32), np.diff(ends))
            shares = self.seen.data[first:last]
            in_all = np.bincount(rows, shares, len(ends) - 1)
            pieces.append((some, rows, self.seen.indices[first:last], shares, in_all))
        return pieces

    def _of_pairs(self, S):
        """Loss of each pair of a center word (row of the scores S) and a context word (column), as
        a part of the center word alone and a part of the pair; not yet divided by 1 + K.
        """
        if not self.K:
            top = S.max(1)
            return top + np.log(np.exp(S - top[:, None]).sum(1)), -S
        pair = _softplus(S)
        negatives = self.K * (pair @ self.noise.astype(S.dtype))  # their expected loss
        pair -= S  # softplus(-s) = softplus(s) - s
        return negatives, pair

    def _error(self, influence):
        """Standard error of a ratio of totals, from the n centers drawn without replacement from N:
        the variance of the total is N^2 (1 - n / N) s^2 / n, s^2 that of the contributions.
        """
        n, N = self.drawn, self.among
        adds = (self.scale * influence)[-n:] * n / N
        variance = N**2 * (1 - n / N) * adds.var(ddof=1) / n
        return float(np.sqrt(variance) / self.scale.sum())


@dataclass(frozen=True, eq=False)
class Judging:
    """The evaluations during a training and at its end."""

    together: sparse.csr_array | None  # `counts`, if all words are needed
    during: Evaluation  # over some center words
    # Prepares the other: a long training needs the memory until then
    prepare_the_end: Callable[[], Evaluation]

    @cached_property
    def at_the_end(self) -> Evaluation:
        """Over all center words or many of them."""
        return self.prepare_the_end()


def counts(corpus: Corpus, settings: TrainSettings) -> sparse.csr_array:
    """Weighted co-occurrence counts (V, V) of what is trained on: with sub-sampling, those expected
    in a thinned text.
    """
    if not settings.subsample:
        return training_pairs.together(corpus, settings.window)
    keep = training_pairs.keep_chance(corpus.counts, settings.subsample, settings.thinning)
    return training_pairs.together_thinned(corpus, settings.window, keep)


def prepare(
    corpus: Corpus,
    settings: TrainSettings,
    rng: np.random.Generator,
    scores: float = SCORES,
    together: sparse.csr_array | None = None,
) -> Evaluation:
    """Choose the center words to judge and count their context words.

    scores: about how many to compute for a judgment (infinity: all center words). together:
    `counts` of all words, if they are there already. Half of the centers are the most
    frequent words, each of which represents itself; the other half is drawn from the rest.
    """
    V = len(corpus.words)
    most = CENTERS[1] if scores == SCORES else V
    size = int(min(V, np.clip(scores / V, CENTERS[0], most)))
    half = size // 2
    if together is None and (settings.subsample or size == V):
        together = counts(corpus, settings)
    chosen, stands_for, among = np.arange(V), np.ones(V), V - half
    if few := size < V:
        drawn = half + np.sort(rng.choice(among, half, replace=False))
        chosen = np.concatenate([np.arange(half), drawn])
        stands_for = np.concatenate([np.ones(half), np.full(half, among / half)])
    N = (
        training_pairs.rows_together(corpus, settings.window, chosen)
        if together is None
        else together[chosen]
    )
    return _evaluation(corpus, settings, chosen, stands_for, N, together, half * few, among)


def generator() -> np.random.Generator:
    """The generator that draws the judged center words: they are the same for all runs."""
    return np.random.default_rng(np.random.SeedSequence(0).spawn(4)[3])


def judging(corpus: Corpus, settings: TrainSettings, counted: bool = False) -> Judging:
    """How a run on a text is judged. Nothing of it depends on the seed, so the next run on the text
    finds what the last one has counted: 15% of the time of a default run.

    counted: the counts of all words are needed in any case.
    """
    relevant = TrainSettings(**{name: getattr(settings, name) for name in JUDGED})
    every = len(corpus.words) ** 2 <= AT_THE_END
    make = _kept if every and len(corpus.ids) <= KEPT_TOKENS else _new
    return make(corpus, relevant, bool(counted or every or settings.subsample))


def _new(corpus, settings, counted):
    together = counts(corpus, settings) if counted else None
    prepared = partial(prepare, corpus, settings, generator(), together=together)
    return Judging(together, prepared(), partial(prepared, scores=AT_THE_END))


_kept = lru_cache(maxsize=1)(_new)


def _evaluation(corpus, settings, chosen, stands_for, N, together, drawn, among):
    N = sparse.csr_array(N, dtype=np.float64)
    pair_count = np.asarray(N.sum(1)).ravel()
    share = np.repeat(1 / np.maximum(pair_count, 1e-300), np.diff(N.indptr))
    share *= N.data
    seen = sparse.csr_array((share, N.indices, N.indptr), shape=N.shape)
    scale = stands_for * pair_count
    everywhere = (
        training_pairs.contexts_of_words(corpus, settings.window)
        if together is None
        else np.asarray(together.sum(0)).ravel()
    )
    if not everywhere.any():
        raise UserError("No sentence of this text has two words to learn from.")
    context = seen.T @ scale
    return Evaluation(
        chosen,
        scale,
        seen,
        context / context.sum(),
        everywhere / everywhere.sum(),
        training_pairs.noise_distribution(corpus.counts, settings.noise_power),
        settings.negatives if settings.loss == "negative-sampling" else 0,
        drawn,
        among,
    )


def _softplus(x):
    """log(1 + exp(x)) for a large array, in pieces that fit into the cache; `np.logaddexp` takes
    three times as long.
    """
    out = np.empty_like(x)
    flat, result = x.ravel(), out.ravel()
    for start in range(0, flat.size, CACHED):
        piece, y = flat[start : start + CACHED], result[start : start + CACHED]
        with np.errstate(over="ignore"):
            np.exp(piece, out=y)
        y += 1
        np.log(y, out=y)
        if y.max() == np.inf:  # log(1 + exp(x)) = x for such large numbers
            np.copyto(y, piece, where=y == np.inf)
    return out
