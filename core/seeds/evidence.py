"""What a set of runs shows, in a few numbers that can be compared before and after a control."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.loop import Progress
from core.seeds import study, trial
from core.texts.words_to_plot import Chosen
from core.vectors import agreement, metrics

RARE = 4  # chosen words are compared with words seen at least so many times as often


@dataclass(frozen=True)
class Measures:
    """What R runs with other seeds show; shares run from 0 to 1, agreement from 0, chance, to 1."""

    runs: int
    diverged: int  # runs whose loss ran away
    learned: float  # how far the loss is below the best without the center word, as a share of it
    gap: float  # what shuffling the center words costs, as a share of the loss
    overlap: float  # neighbors shared by two runs, of the words of the pool
    chance: float
    agreement: float  # the same beyond chance: 0 is chance, 1 identical
    error: float  # standard error of the agreement between pairs of runs; 0 for one pair
    of_words: float  # agreement on the neighbors of the chosen words alone, among all words
    of_frequent: float  # the same of the most frequent words
    clustered: float  # share of runs whose groups beat chance, in all dimensions
    some: float  # p-value of "some run shows the groups", all runs tested together
    score: float  # mean silhouette of the groups, in all dimensions
    in_picture: float  # share of runs whose groups beat chance in the 2-D picture


def measure(
    trials: Sequence[trial.Trial],
    counts: NDArray[np.integer],
    rows: Sequence[int],
    labels: NDArray[np.integer],
    k: int,
    floor: int,
    vectors: Sequence[NDArray[np.floating]] | None = None,
) -> Measures:
    """Measure finished runs of one text.

    counts: (V,) of the words compared, descending. rows: the chosen words that belong to groups,
    labels: their groups. k: neighbors. floor: times a word of the pool is seen; lowered where the
    pool would hold fewer than 3 k words. vectors: in place of those of the runs.
    """
    runs = [run.vectors for run in trials] if vectors is None else list(vectors)
    n, k = pool(counts, k, floor)
    shared = [agreement.overlap([v[:n] for v in runs], k)] if len(runs) > 1 else []
    everywhere = agreement.overlap(runs, k) if len(runs) > 1 else None
    pairs = shared[0].pairs[np.triu_indices(len(runs), 1)] if shared else np.zeros(1)
    full: list[metrics.ClusterScore] = []
    flat: list[metrics.ClusterScore] = []
    some = 1.0
    if len(rows) and not metrics.too_few(labels):
        rng = np.random.default_rng(0)
        full, some = metrics.cluster_scores([v[list(rows)] for v in runs], labels, rng)
        shown = study.pictures(runs, list(rows), True, False)
        flat, _ = metrics.cluster_scores(list(shown), labels, rng, cosine=False)
    return Measures(
        runs=len(runs),
        diverged=sum(bool(run.diverged) for run in trials),
        learned=_mean([run.learned for run in trials]),
        gap=_mean([run.gap for run in trials]),
        overlap=shared[0].mean if shared else 0.0,
        chance=shared[0].chance if shared else 0.0,
        agreement=shared[0].beyond_chance if shared else 0.0,
        error=float(pairs.std(ddof=1) / np.sqrt(len(pairs))) if len(pairs) > 1 else 0.0,
        of_words=_of(everywhere, rows),
        of_frequent=_of(everywhere, np.arange(_frequent(counts, rows))),
        clustered=_mean([s.clear for s in full]),
        some=some,
        score=_mean([s.score for s in full]),
        in_picture=_mean([s.clear for s in flat]),
    )


def of_trials(
    trials: study.Trials, chosen: Chosen, k: int, floor: int
) -> Iterator[Progress | Measures]:
    """Measure the runs of a study, as a task; yields Progress, then the Measures."""
    facts = trials.facts
    yield Progress(0.1)
    yield measure(trials.runs, facts.counts, *grouped(chosen, facts.index), k, floor)


def pool(counts: NDArray[np.integer], k: int, floor: int) -> tuple[int, int]:
    """How many words are compared, and their neighbors: at least 3 k words where the text has
    them, and k below their number.
    """
    n = min(len(counts), max(trial.floor_size(counts, floor), 3 * k), trial.POOL)
    return n, min(k, n - 1)


def _frequent(counts, rows):
    """How many words are clearly more frequent than the chosen ones."""
    usual = float(np.median(counts[list(rows)])) if len(rows) else 0.0
    return max(10, int(np.searchsorted(-counts, -max(RARE * usual, 1.0), side="right")))


def _of(overlap, rows):
    if overlap is None or not len(rows):
        return 0.0
    mean, chance = float(overlap.each[list(rows)].mean()), overlap.chance
    return (mean - chance) / (1 - chance) if chance < 1 else 0.0


def _mean(values):
    return float(np.mean(values)) if len(values) else 0.0


def grouped(chosen: Chosen, index: dict[str, int]) -> tuple[list[int], NDArray[np.integer]]:
    """Numbers of the words that stand in groups of two or more known words, and their groups as 0,
    1, ...; all words and no groups where there are not two such groups.
    """
    sizes = {name: chosen.groups.count(name) for name in dict.fromkeys(chosen.groups)}
    names = [name for name, size in sizes.items() if size > 1]
    if len(names) < 2:
        return [index[w] for w in chosen.words], np.zeros(len(chosen.words), int)
    both = zip(chosen.words, chosen.groups, strict=True)
    kept = [(index[w], names.index(g)) for w, g in both if g in names]
    return [row for row, _ in kept], np.array([group for _, group in kept])
