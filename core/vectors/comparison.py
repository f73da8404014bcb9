"""Two sets of vectors compared: the words they share, their alignment, and which moved most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.vectors import agreement
from core.vectors.neighbors_and_clusters import unit

K = 10  # neighbors compared


@dataclass(frozen=True, eq=False)
class Comparison:
    """What two sets of vectors have in common."""

    words: tuple[str, ...]  # in both, in the order of the first
    overlap: agreement.Overlap  # neighbors shared among these words, compared with chance
    cosine: (
        NDArray[np.float64] | None
    )  # of each word with itself after alignment; None if d differs

    @property
    def moved(self) -> NDArray[np.intp]:
        """All shared words, those with the fewest neighbors in common first."""
        second = 0 * self.overlap.each if self.cosine is None else self.cosine
        return np.lexsort((second, self.overlap.each))


def compare(
    words: tuple[tuple[str, ...], tuple[str, ...]],
    vectors: tuple[NDArray, NDArray],
    k: int = K,
    most: int | None = None,
) -> Comparison:
    """Compare two sets of vectors on the words they share, the first `most` of them.

    words, vectors: of both sides, (n, d) each. k: how many neighbors. UserError if they share fewer
    than k + 2 words.
    """
    here, there = ({word: n for n, word in enumerate(side)} for side in words)
    shared = tuple(word for word in words[0] if word in there)[:most]
    if len(shared) < k + 2:
        raise UserError(f"The two share {len(shared)} words; at least {k + 2} are needed.")
    a = vectors[0][[here[word] for word in shared]]
    b = vectors[1][[there[word] for word in shared]]
    cosine = None
    if a.shape[1] == b.shape[1]:
        one, two = unit(a.astype(np.float64)), unit(b.astype(np.float64))
        cosine = (one @ agreement.rotation(one, two) * two).sum(1)
    return Comparison(shared, agreement.overlap([a, b], k), cosine)


def fewer(found: Comparison, control: Comparison) -> tuple[float, float]:
    """How much lower the overlap of a comparison is than that of a control on the same words, and
    the standard error of this mean over words.
    """
    difference = control.overlap.each - found.overlap.each
    return float(difference.mean()), float(difference.std(ddof=1) / np.sqrt(len(difference)))
