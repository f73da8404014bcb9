"""From sentences of words to what the model sees: a vocabulary and one long row of word numbers."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np

from core.errors import UserError


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts:
    """What is known about a text, without the text itself."""

    words: tuple  # the vocabulary, most frequent first
    counts: np.ndarray  # (V,) times each was seen
    digest: str  # hash of everything the model can see
    sentences: int  # before rare words are dropped, as the next two
    tokens: int
    different: int
    excerpt: tuple = ()  # the first sentences
    notes: tuple = ()  # how the text was read
    groups: dict = field(default_factory=dict)  # name of the group -> its words
    glosses: dict = field(default_factory=dict)  # word -> English gloss

    @cached_property
    def index(self):
        """Map each word to its number."""
        return {word: k for k, word in enumerate(self.words)}

    @property
    def coverage(self):
        """Share of the running words that are in the vocabulary."""
        return float(self.counts.sum() / self.tokens)


@dataclass(frozen=True, eq=False, kw_only=True)
class Corpus(Facts):
    """A text as numbers."""

    ids: np.ndarray  # (T,) int32, the words of the vocabulary in the order of the text
    starts: np.ndarray  # (S + 1,) int64, where each sentence starts in ids

    def facts(self):
        """The same without the text."""
        return Facts(**{f.name: getattr(self, f.name) for f in fields(Facts)})


def encode(sentences, *, min_count, max_vocabulary, glosses=None, **told):
    """Number the words of tokenized sentences.

    sentences: lists of words. Words seen less than min_count times go, then all but the
    max_vocabulary most frequent; words equally frequent are ordered by spelling. Sentences left
    with one word or none hold no pair and go too.
    told: further facts. UserError where nothing is left to learn from.
    """
    counted = Counter()
    for sentence in sentences:
        counted.update(sentence)
    words = _vocabulary(counted, min_count, max_vocabulary)
    index = {word: k for k, word in enumerate(words)}
    numbered = ([index[w] for w in sentence if w in index] for sentence in sentences)
    kept = [row for row in numbered if len(row) > 1]
    if not kept:
        raise UserError(
            "No sentence has two words of the vocabulary, so there is no pair to learn from: "
            "lower the minimum count or use a longer text."
        )
    ids = np.fromiter((k for row in kept for k in row), dtype=np.int32)
    starts = np.cumsum([0] + [len(row) for row in kept], dtype=np.int64)
    return Corpus(
        words=words,
        counts=np.array([counted[w] for w in words], dtype=np.int64),
        ids=ids,
        starts=starts,
        digest=_digest(words, ids, starts),
        sentences=len(sentences),
        tokens=sum(counted.values()),
        different=len(counted),
        glosses={w: glosses[w] for w in words if w in glosses} if glosses else {},
        **told,
    )


def _vocabulary(counted, min_count, max_vocabulary):
    if not counted:
        raise UserError("There are no words in this text.")
    words = sorted(
        (w for w, c in counted.items() if c >= min_count), key=lambda w: (-counted[w], w)
    )[:max_vocabulary]
    if len(words) < 2:
        raise UserError(
            f"word2vec needs at least two words, but only {len(words)} of the {len(counted)} "
            f"different words of this text can stay (minimum count {min_count}): lower the "
            "minimum count or use a longer text."
        )
    return tuple(words)


def _digest(words, ids, starts):
    seen = hashlib.sha256("\n".join(words).encode())
    seen.update(ids.tobytes())
    seen.update(starts.tobytes())
    return seen.hexdigest()[:16]
