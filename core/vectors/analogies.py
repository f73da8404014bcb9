"""Neighbors of a word or of a direction, and analogies a - b + c."""

import difflib
import math
import weakref
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.vectors.neighbors_and_clusters import unit

# Identity of an array -> a reference to it, and the lengths of its vectors
_kept: dict[int, tuple[weakref.ref, NDArray]] = {}


@dataclass(frozen=True)
class Near:
    """A word and how similar it is."""

    word: str
    similarity: float  # cosine, or dot product if `nearest` was called with by="dot"


def row_of(words: tuple[str, ...], word: str) -> int:
    """The row of a word; UserError with similar spellings if it is not there."""
    try:
        return words.index(word)
    except ValueError:
        near = difflib.get_close_matches(word, words, 3, 0.7)
        hint = f" Similar: {', '.join(near)}." if near else ""
        raise UserError(f"“{word[:40]}” is not among these words.{hint}") from None


def nearest(
    words: tuple[str, ...], vectors: NDArray, word: str, k: int = 10, by: str = "cosine"
) -> list[Near]:
    """The k nearest words, the word itself excluded. by: "cosine", or "dot" for the dot product,
    which also counts the lengths of the vectors.
    """
    return nearest_to(words, vectors, row_of(words, word), k, by)


def nearest_to(
    words: tuple[str, ...],
    vectors: NDArray,
    row: int,
    k: int = 10,
    by: str = "cosine",
) -> list[Near]:
    """The k nearest words of the word in a row; by: as for `nearest`."""
    if by == "dot":
        return _top(words, vectors @ vectors[row], {row}, k)
    lengths = kept_lengths(vectors)
    cosine = vectors @ (vectors[row] / lengths[row])
    cosine /= lengths
    return _top(words, cosine, {row}, k)


def kept_lengths(vectors: NDArray) -> NDArray:
    """`lengths_of` vectors that nobody changes, computed once for as long as the array exists."""
    key = id(vectors)
    if key not in _kept:
        _kept[key] = weakref.ref(vectors, lambda _: _kept.pop(key, None)), lengths_of(vectors)
    return _kept[key][1]


def lengths_of(vectors: NDArray) -> NDArray:
    """The length of each vector, 1 of a zero vector: (n,)."""
    length = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    return np.where(length > 0, length, 1).astype(vectors.dtype)


def similarity(vectors: NDArray, one: list[int], other: list[int]) -> float:
    """Cosine of two words, or of the mean directions of two sets of rows."""
    directions = unit(vectors[[*one, *other]].astype(np.float64))
    a, b = directions[: len(one)].mean(0), directions[len(one) :].mean(0)
    return float(unit(a) @ unit(b))


def analogy(
    words: tuple[str, ...],
    vectors: NDArray,
    a: str,
    b: str,
    c: str,
    k: int = 10,
    keep_inputs: bool = False,
) -> list[Near]:
    """The k words nearest to a - b + c of unit vectors, such as king - man + woman (3CosAdd,
    Mikolov et al. 2013).

    keep_inputs: a, b and c themselves may be answers; they usually come first. UserError for an
    unknown word.
    """
    rows = [row_of(words, word) for word in (a, b, c)]
    one, two, three = unit(vectors[rows].astype(np.float64))
    left_out = set() if keep_inputs else set(rows)
    cosine = vectors @ unit(one - two + three).astype(vectors.dtype) / kept_lengths(vectors)
    return _top(words, cosine, left_out, k)


def _top(words: tuple[str, ...], similarity: NDArray, left_out: set[int], k: int) -> list[Near]:
    similarity[list(left_out)] = -np.inf
    k = min(k, len(words) - len(left_out))
    return [Near(words[n], float(similarity[n])) for n in _largest(similarity, max(k, 0))]


def _largest(values: NDArray, k: int) -> NDArray[np.intp]:
    """The rows of the k largest values, the largest first; of equal values the first row.

    None of them is smaller than the k-th largest of the maxima of blocks, which leaves few rows to
    sort: a partition of all rows takes longer than computing the cosines.
    """
    size = math.isqrt(len(values)) or 1
    maxima = values[: len(values) // size * size].reshape(-1, size).max(axis=1)
    least = np.partition(maxima, -k)[-k] if 0 < k <= len(maxima) else -np.inf
    rows = np.flatnonzero(values >= least)
    return rows[np.lexsort((rows, -values[rows]))][:k]
