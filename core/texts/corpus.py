"""From sentences of words to what the model sees: a vocabulary and one long row of word numbers."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.reading import words
from core.reading.reader import Reading
from core.segmentation import segmenting
from core.texts import function_words

CHUNK = 1_000_000  # pieces turned into words at a time


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts:
    """What is known about a text, without the text itself."""

    words: tuple  # the vocabulary, most frequent first
    counts: np.ndarray  # (V,) how often each word occurs
    digest: str  # hash of everything the model can see
    sentences: int  # before rare words are dropped, like the next two
    tokens: int  # running words
    different: int  # distinct words
    tokens_in_vocabulary: int = 0  # those in sentences of two words or more
    excerpt: tuple = ()  # the first sentences
    notes: tuple = ()  # how the text was read
    warnings: tuple = ()  # why the text may have been read wrongly, and what to try
    first_lines: tuple = ()  # of the file, unchanged
    decided: dict = field(default_factory=dict)  # name of a setting -> what was done
    columns: tuple = ()  # of a table: those that could be read
    samples: tuple = ()  # the beginning of a cell of each column
    turkish: bool = False  # I is the capital of ı
    spread: tuple = ()  # share of the sentences that contain each of the most frequent words
    groups: dict = field(default_factory=dict)  # name of the group -> its words
    glosses: dict = field(default_factory=dict)  # word -> English gloss

    @cached_property
    def index(self) -> dict[str, int]:
        """Map each word to its number."""
        return {word: k for k, word in enumerate(self.words)}

    def tokenize(self, typed: str) -> list[str]:
        """Split typed text into words, by the same rules as the text itself."""
        language = self.decided.get("segment", "none")
        if language != "none" and segmenting.installed(language):
            typed = segmenting.spaced(typed, language)
        return words.tokenize(typed, self.turkish)

    def meaning(self, word: str) -> str:
        """The English gloss of a word; "" if there is none, or none that says more."""
        gloss = self.glosses.get(word, "")
        return "" if gloss == word else gloss

    @property
    def coverage(self) -> float:
        """Share of the running words that are in the vocabulary."""
        return float(self.counts.sum() / self.tokens)


@dataclass(frozen=True, eq=False, kw_only=True)
class Corpus(Facts):
    """A text as numbers."""

    ids: np.ndarray  # (T,) int32, the words of the vocabulary in the order of the text
    starts: np.ndarray  # (S + 1,) int64, where each sentence starts in ids

    def facts(self) -> Facts:
        """Return the Facts alone, without the text."""
        return Facts(**{f.name: getattr(self, f.name) for f in fields(Facts)})


def encode(
    sentences: Iterable[Iterable[str]], *, min_count: int, max_vocabulary: int, **told: Any
) -> Corpus:
    """Number the words of tokenized sentences.

    Words that occur fewer than min_count times are dropped, then all but the max_vocabulary most
    frequent; equally frequent words are ordered by spelling. Sentences left with fewer than two
    words contain no pair and are dropped too. told: further fields of Facts. UserError if nothing
    is left to learn from.
    """
    number = {"": 0}  # ends a sentence
    numbers = (
        number.setdefault(word, len(number)) for sentence in sentences for word in (*sentence, "")
    )
    stream = np.fromiter(numbers, np.int32)
    counts = np.bincount(stream, minlength=len(number))
    return _corpus(list(number), counts, [stream], min_count, max_vocabulary, told)


def encode_reading(reading: Reading, *, min_count: int, max_vocabulary: int, **told: Any) -> Corpus:
    """Number the words of a Reading; arguments and errors as for `encode`.

    Each distinct piece is tokenized only once.
    """
    ids, spoken = reading.pieces.ids, reading.spoken
    pieces = np.zeros(len(spoken.size), np.int64)  # how often each occurs
    for part in _parts(ids):
        pieces += np.bincount(part, minlength=len(pieces))
    owner = np.repeat(np.arange(len(pieces), dtype=np.int32), spoken.size)
    counts = np.zeros(len(spoken.words), np.int64)
    for said, by in zip(_parts(spoken.numbers), _parts(owner), strict=True):
        counts += np.bincount(said, pieces[by], len(counts)).astype(np.int64)
    del owner
    stream = map(spoken.said, _parts(ids))
    return _corpus(spoken.words, counts, stream, min_count, max_vocabulary, told)


def _parts(numbers: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """An array in parts, as views."""
    return np.array_split(numbers, 1 + len(numbers) // CHUNK)


def _corpus(
    found: list[str],
    counts: NDArray[np.int64],
    stream: Iterable[NDArray[np.int32]],
    min_count: int,
    max_vocabulary: int,
    told: dict,
) -> Corpus:
    """Build a Corpus. found: distinct words; counts: how often each occurs; stream: their numbers
    in the order of the text, in parts.
    """
    counts[0] = 0
    kept = _vocabulary(found, counts, min_count, max_vocabulary)
    words = tuple(found[k] for k in kept)
    new = np.full(len(found), -1, np.int32)
    new[kept] = np.arange(len(kept))
    parts, sizes, sentences = [], [], 0
    for part in _whole_sentences(stream):
        ends = np.flatnonzero(part == 0)
        lengths = np.diff(ends, prepend=-1)  # each with its end
        sentences += int(np.count_nonzero(lengths > 1))
        ids = new[part]
        in_vocabulary = ids >= 0
        size = np.add.reduceat(in_vocabulary, ends - lengths + 1, dtype=np.int32)
        in_vocabulary &= np.repeat(size > 1, lengths)  # a sentence of one word has no pair
        parts.append(ids[in_vocabulary])
        sizes.append(size[size > 1])
    ids, starts = np.concatenate(parts), np.cumsum(np.concatenate([[0], *sizes]))
    if not len(ids):
        raise UserError(
            "No sentence has two words of the vocabulary, so there is no pair to learn from: "
            + ("" if min_count == 1 else "lower the minimum count, or ")
            + "use a longer text, or one with longer sentences."
        )
    glosses = told.pop("glosses", None) or {}
    return Corpus(
        words=words,
        counts=counts[kept],
        ids=ids,
        starts=starts,
        digest=_digest(words, ids, starts),
        spread=tuple(function_words.spread(ids, starts).tolist()),
        sentences=sentences,
        tokens=int(counts.sum()),
        different=len(found) - 1,
        tokens_in_vocabulary=len(ids),
        glosses={w: glosses[w] for w in words if w in glosses},
        **told,
    )


def _whole_sentences(stream: Iterable[NDArray[np.int32]]) -> Iterator[NDArray[np.int32]]:
    """The parts of a stream of words, cut where a sentence ends."""
    rest: list[NDArray[np.int32]] = []
    for part in chain(stream, [np.zeros(1, np.int32)]):  # the last sentence may have no end
        ends = np.flatnonzero(part == 0)
        cut = int(ends[-1]) + 1 if len(ends) else 0
        if cut:
            yield np.concatenate([*rest, part[:cut]])
            rest = []
        rest.append(part[cut:])


def _vocabulary(
    found: list[str], counts: NDArray[np.int64], min_count: int, max_vocabulary: int
) -> list[int]:
    """The numbers of the words that are kept, the most frequent first."""
    different = len(found) - 1
    if not different:
        raise UserError("There are no words in this text.")
    often = np.flatnonzero(counts >= max(min_count, 1))
    if len(often) > max_vocabulary:  # ties with the last one stay, to be ordered by spelling
        least = np.partition(counts[often], -max_vocabulary)[-max_vocabulary]
        often = often[counts[often] >= least]
    kept = sorted(often.tolist(), key=found.__getitem__)
    kept = sorted(kept, key=(-counts).tolist().__getitem__)[:max_vocabulary]
    if len(kept) < 2:
        raise UserError(
            f"word2vec needs at least two words, but only {len(kept)} of the {different} "
            f"different words of this text can stay (minimum count {min_count}): "
            + ("" if min_count == 1 else "lower the minimum count, or ")
            + "use a longer text."
        )
    return kept


def _digest(words, ids, starts):
    seen = hashlib.sha256("\n".join(words).encode())
    seen.update(ids)
    seen.update(starts)
    return seen.hexdigest()[:16]
