"""Neighbors of a word or of a direction, and analogies a - b + c."""

import difflib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.vectors.metrics import unit


@dataclass(frozen=True)
class Near:
    """A word and how close it is."""

    word: str
    similarity: float  # cosine


def row_of(words: tuple[str, ...], word: str) -> int:
    """The row of a word; UserError with similar spellings if it is not there."""
    try:
        return words.index(word)
    except ValueError:
        near = difflib.get_close_matches(word, words, 3, 0.7)
        hint = f" Similar: {', '.join(near)}." if near else ""
        raise UserError(f"“{word[:40]}” is not among these words.{hint}") from None


def nearest(words: tuple[str, ...], vectors: NDArray, word: str, k: int = 10) -> list[Near]:
    """The k nearest words by cosine, the word itself excluded."""
    row = row_of(words, word)
    return _nearest(words, vectors, unit(vectors[row].astype(np.float64)), {row}, k)


def analogy(
    words: tuple[str, ...],
    vectors: NDArray,
    a: str,
    b: str,
    c: str,
    k: int = 10,
    keep_inputs: bool = False,
) -> list[Near]:
    """The k words nearest to a - b + c, of unit vectors (3CosAdd, Mikolov et al. 2013): king - man
    + woman.

    keep_inputs: also offer a, b and c themselves, which usually win.
    """
    rows = [row_of(words, word) for word in (a, b, c)]
    one, two, three = unit(vectors[rows].astype(np.float64))
    left_out = set() if keep_inputs else set(rows)
    return _nearest(words, vectors, unit(one - two + three), left_out, k)


def _nearest(
    words: tuple[str, ...], vectors: NDArray, direction: NDArray, left_out: set[int], k: int
) -> list[Near]:
    length = np.sqrt(np.einsum("nd,nd->n", vectors, vectors, dtype=np.float64))
    similarity = vectors @ direction.astype(vectors.dtype) / np.where(length > 0, length, 1)
    similarity[list(left_out)] = -2
    k = min(k, len(words) - len(left_out))
    top = np.argpartition(-similarity, k - 1)[:k] if k > 0 else np.empty(0, int)
    order = top[np.lexsort((top, -similarity[top]))]
    return [Near(words[n], float(similarity[n])) for n in order]
