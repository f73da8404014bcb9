"""How good a model is at the pairs of its text: the exact objective, its references, and the
shuffled-center gap.

With N the weighted counts of words seen together, N_c its row sums and P the noise distribution,
the expected loss of negative sampling and that of softmax are

    L = sum_co [ N_co -log sigma(u_o.v_c) + K N_c P_o -log sigma(-u_o.v_c) ] / sum N
    L = sum_co   N_co -log softmax(U v_c)_o / sum N

It is reported per pair: negative sampling judges 1 + K pairs for each pair of the text, so L is
divided by 1 + K.
"""

from dataclasses import dataclass

import numpy as np

from core.word2vec import pairs

SCORES = 250_000  # scores computed for one judgment: 2 ms
CACHED = 16_384  # numbers that fit into the fastest cache
CENTERS = 64, 512  # at least and at most so many center words are judged


@dataclass(frozen=True)
class Evaluation:
    """What stays the same during a run: the center words judged, what they were seen with, and the
    references.
    """

    centers: np.ndarray  # (R,) word numbers
    scale: np.ndarray  # (R,) how many center words each one stands for, in pairs
    seen: object  # (R, V) sparse: share of each context word among the pairs of the center
    context: np.ndarray  # (V,) share of each context word among all pairs
    noise: np.ndarray  # (V,) noise distribution
    K: int  # 0 for softmax

    @property
    def at_start(self):
        """Loss per pair while every score is zero."""
        return float(np.log(2) if self.K else np.log(len(self.context)))

    @property
    def without_center(self):
        """The lowest loss per pair of a model whose score depends on the context word alone.

        Setting the derivative of L to zero gives score_o = log(q_o / (K P_o)), with q the share of
        o among all pairs; for softmax it is the entropy of q.
        """
        q, P = self.context, self.noise
        seen = q > 0
        if not self.K:
            return float(-(q[seen] * np.log(q[seen])).sum())
        s = np.log(q[seen] / (self.K * P[seen]))
        return float(
            (q[seen] * np.logaddexp(0, -s) + self.K * P[seen] * np.logaddexp(0, s)).sum()
            / (1 + self.K)
        )

    def losses(self, V, U):
        """Loss per pair, and the same with the center words of all pairs shuffled."""
        S = V[self.centers] @ U.T  # (R, V)
        rows, columns = (
            np.repeat(np.arange(len(self.centers)), np.diff(self.seen.indptr)),
            self.seen.indices,
        )
        share = self.seen.data
        # (R,) mean score of a center's pairs
        real = np.bincount(rows, share * S[rows, columns], len(self.centers))
        mean = S @ self.context.astype(S.dtype)  # (R,) the same for shuffled pairs
        if not self.K:
            top = S.max(1)
            log_sum = top + np.log(np.exp(S - top[:, None]).sum(1))
            return self._mean(log_sum - real), self._mean(log_sum - mean)
        S = _softplus(S)  # softplus(-s) = softplus(s) - s
        noise = self.K * (S @ self.noise.astype(S.dtype))
        real = np.bincount(rows, share * S[rows, columns], len(self.centers)) - real
        mean = S @ self.context.astype(S.dtype) - mean
        return self._mean((real + noise) / (1 + self.K)), self._mean((mean + noise) / (1 + self.K))

    def _mean(self, per_center):
        return float(self.scale @ per_center / self.scale.sum())


def prepare(corpus, settings, rng, everything=False, together=None):
    """Choose the center words to judge and count what they were seen with; everything: all of them.

    together: `pairs.together` of all words, if somebody has counted them already. Half of them are
    the most frequent words, each standing for itself; the other half is drawn from the rest.
    """
    V = len(corpus.words)
    chosen, stands_for = np.arange(V), np.ones(V)
    half = int(np.clip(SCORES / V, *CENTERS)) // 2
    if not everything and 2 * half < V:
        chosen = np.concatenate(
            [np.arange(half), half + np.sort(rng.choice(V - half, half, replace=False))]
        )
        stands_for = np.concatenate([np.ones(half), np.full(half, (V - half) / half)])
    elif together is None:
        together = pairs.together(corpus, settings.window)
    N = (
        pairs.rows_together(corpus, settings.window, chosen)
        if together is None
        else together[chosen]
    )
    pair_count = np.asarray(N.sum(1)).ravel()
    seen = N.multiply(1 / np.maximum(pair_count, 1e-300)[:, None]).tocsr()
    context = np.bincount(corpus.ids, pairs.contexts_each(corpus, settings.window), V)
    return Evaluation(
        chosen,
        stands_for * pair_count,
        seen,
        context / context.sum(),
        pairs.noise_distribution(corpus.counts, settings.noise_power),
        settings.negatives if settings.loss == "negative-sampling" else 0,
    )


def _softplus(x):
    """log(1 + exp(x)) for a large array, in pieces that stay in the cache: `np.logaddexp` takes
    three times as long.
    """
    out = np.empty_like(x)
    flat, result = x.ravel(), out.ravel()
    for start in range(0, flat.size, CACHED):
        piece, y = flat[start : start + CACHED], result[start : start + CACHED]
        np.abs(piece, out=y)
        np.negative(y, out=y)
        np.exp(y, out=y)
        y += 1
        np.log(y, out=y)
        y += np.maximum(piece, 0)
    return out
