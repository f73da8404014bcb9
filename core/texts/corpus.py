"""From sentences of words to what the model sees: a vocabulary and one long row of word numbers."""

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.reading import segmenting, words
from core.reading.reader import Reading
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
    number = _numbers()
    numbers = (number[word] for sentence in sentences for word in (*sentence, ""))
    stream = np.fromiter(numbers, np.int32)
    counts = np.bincount(stream, minlength=len(number))
    return _corpus(list(number), counts, [stream], min_count, max_vocabulary, told)


def encode_reading(reading: Reading, *, min_count: int, max_vocabulary: int, **told: Any) -> Corpus:
    """Number the words of a Reading; arguments and errors as for `encode`.

    Each distinct piece is tokenized only once.
    """
    found, words, size = _spoken(reading)
    ids = reading.pieces.ids
    pieces = sum(np.bincount(part, minlength=len(size)) for part in _parts(ids))
    owner = np.repeat(np.arange(len(size), dtype=np.int32), size)
    counts = sum(
        np.bincount(number, pieces[piece], len(found))
        for number, piece in zip(_parts(words), _parts(owner), strict=True)
    )
    del owner
    start = np.cumsum(size, dtype=np.int32) - size
    stream = (_said(part, words, start, size) for part in _parts(ids))
    return _corpus(found, counts.astype(np.int64), stream, min_count, max_vocabulary, told)


def _parts(numbers: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """An array in parts, as views."""
    return np.array_split(numbers, 1 + len(numbers) // CHUNK)


def _spoken(reading: Reading) -> tuple[list[str], NDArray[np.int32], NDArray[np.int32]]:
    """The distinct words of a Reading; the numbers of the words of one distinct piece after the
    other; and how many each piece has.
    """
    number, ends = _numbers(), reading.pieces.ends
    found, size = array("i"), array("i")
    for spoken, end in zip(reading.words(), ends.tolist(), strict=True):
        before = len(found)
        found.extend(map(number.__getitem__, spoken))
        if end:
            found.append(0)
        size.append(len(found) - before)
    return list(number), np.frombuffer(found, np.int32), np.frombuffer(size, np.int32)


def _said(
    ids: NDArray[np.int32],
    words: NDArray[np.int32],
    start: NDArray[np.int32],
    size: NDArray[np.int32],
) -> NDArray[np.int32]:
    """The numbers of the words of these pieces, in their order."""
    sizes = size[ids]
    place = np.repeat(start[ids] - np.cumsum(sizes, dtype=np.int32) + sizes, sizes)
    place += np.arange(len(place), dtype=np.int32)
    return words[place]


def _numbers() -> defaultdict[str, int]:
    """A dictionary that gives each new word the next number; 0, the empty word, ends a sentence."""
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__
    number[""] = 0
    return number


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
