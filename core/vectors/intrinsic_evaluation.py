"""Vectors compared with human judgments: lists of similar words (WordSim, SimLex) and analogies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.vectors.neighbors_and_clusters import unit

# With less coverage, a correlation says more about the list than about the vectors
ENOUGH = 0.3
MOST_LINES = 100_000
RESAMPLES = 1_000


@dataclass(frozen=True)
class Pair:
    """Two words and the human score of their similarity."""

    one: str
    two: str
    score: float


@dataclass(frozen=True)
class Similarity:
    """Agreement of cosines with human scores, over the pairs whose words are both known."""

    spearman: float  # rank correlation; nan with fewer than three pairs
    low: float  # 95% bootstrap interval over pairs
    high: float
    found: int
    pairs: int

    @property
    def coverage(self) -> float:
        """Share of the pairs whose words are both known."""
        return self.found / self.pairs

    @property
    def readable(self) -> bool:
        """True if enough pairs are covered to interpret the correlation."""
        return self.coverage >= ENOUGH and self.found >= 3


@dataclass(frozen=True)
class Question:
    """a is to b as c is to d."""

    a: str
    b: str
    c: str
    d: str
    section: str


@dataclass(frozen=True)
class Score:
    """How many analogies of a section were answered correctly."""

    section: str
    right: int
    asked: int  # questions whose four words are all known
    listed: int  # all questions of the section


def read_pairs(text: str) -> list[Pair]:
    """The pairs of a list such as WordSim-353 or SimLex-999: two words and a score on each line.

    Lines may start with a number, have further columns, or be comments (#). The score comes right
    after the two words. UserError if no line is such a pair.
    """
    found = []
    for line in text.splitlines()[:MOST_LINES]:
        cells = [cell.strip() for cell in line.replace(";", "\t").replace(",", ".").split("\t")]
        if len(cells) == 1:
            cells = line.split()
        if line.startswith("#") or len(cells) < 3:
            continue
        if cells[0].isdecimal() and len(cells) > 3:
            cells = cells[1:]
        score = _number(cells[2])
        if score is not None and _number(cells[0]) is None:
            found.append(Pair(cells[0].lower(), cells[1].lower(), score))
    if not found:
        raise UserError("No line of this list holds two words and a number.")
    return found


def similarity(
    words: tuple[str, ...], vectors: NDArray, pairs: list[Pair], rng: np.random.Generator
) -> Similarity:
    """Spearman's correlation of cosines with human scores, with a bootstrap interval over pairs.

    vectors: (n, d), one row for each word; rng: for the bootstrap.
    """
    row = {word: k for k, word in enumerate(words)}
    known = [pair for pair in pairs if pair.one in row and pair.two in row]
    if len(known) < 3:
        return Similarity(np.nan, np.nan, np.nan, len(known), len(pairs))
    one, two = (
        unit(vectors[[row[w] for w in side]].astype(np.float64))
        for side in zip(*((pair.one, pair.two) for pair in known), strict=True)
    )
    cosine, human = (one * two).sum(1), np.array([pair.score for pair in known])
    draws = rng.integers(len(known), size=(RESAMPLES, len(known)))
    drawn = [_spearman(cosine[rows], human[rows]) for rows in draws]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Similarity(_spearman(cosine, human), float(low), float(high), len(known), len(pairs))


def read_questions(text: str) -> list[Question]:
    """The questions of a list in the format of questions-words.txt: four words on each line, and
    lines `: name` that start a section. UserError if there are none.
    """
    found, section = [], "all"
    for line in text.splitlines()[:MOST_LINES]:
        parts = line.lower().split()
        if line.startswith(":"):
            section = line[1:].strip() or "all"
        elif len(parts) == 4:
            a, b, c, d = parts
            found.append(Question(a, b, c, d, section))
    if not found:
        raise UserError("No line of this list holds four words.")
    return found


def scorecard(
    words: tuple[str, ...], vectors: NDArray, questions: list[Question], most: int = 30_000
) -> list[Score]:
    """How many questions of each section are answered correctly: d is the word nearest to b - a + c
    among the first `most` words, a, b and c excluded (3CosAdd, Mikolov et al. 2013).

    words: most frequent first; vectors: (n, d).
    """
    row = {word: k for k, word in enumerate(words[:most])}
    directions = unit(vectors[:most].astype(np.float32))
    scores = []
    for section in dict.fromkeys(question.section for question in questions):
        mine = [q for q in questions if q.section == section]
        known = [q for q in mine if {q.a, q.b, q.c, q.d} <= row.keys()]
        rows = np.array([[row[w] for w in (q.a, q.b, q.c, q.d)] for q in known], int).reshape(-1, 4)
        right = sum(_right(directions, rows[k : k + 256]) for k in range(0, len(rows), 256))
        scores.append(Score(section, right, len(known), len(mine)))
    return scores


def _right(directions: NDArray, rows: NDArray) -> int:
    a, b, c, d = rows.T
    cosine = (directions[b] - directions[a] + directions[c]) @ directions.T
    for taken in (a, b, c):
        cosine[np.arange(len(rows)), taken] = -np.inf
    return int((cosine.argmax(1) == d).sum())


def _spearman(a: NDArray, b: NDArray) -> float:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    from scipy.stats import spearmanr  # a second that pages need not wait for

    return float(spearmanr(a, b).statistic)


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
