"""What a set of runs shows, in a few numbers that are compared before and after a control."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.seeds import run_set, trial
from core.texts.words_to_plot import Chosen
from core.training_loop import Progress
from core.vectors import agreement, neighbors_and_clusters

K, FLOOR = 10, 20  # neighbors, and how often a word must occur to be compared, if nothing is said
OWN = 5, 5  # sizes of the groups that are searched in a run if none were chosen


@dataclass(frozen=True)
class Measures:
    """What R runs with different seeds show.

    Shares lie between 0 and 1. Agreement is 0 at chance and 1 for identical runs; "between two
    texts" means between runs of different halves of the text, for the control that has them.
    """

    runs: int
    pool: int  # number of compared words
    diverged: int  # runs that diverged
    learned: float  # how far the loss is below the best without the center word, as a share of it
    gap: float  # increase of the loss when the center words are shuffled, as a share of the loss
    overlap: float  # share of the neighbors in common between two runs, over the words of the pool
    chance: float  # overlap expected of two unrelated runs
    agreement: float  # overlap beyond chance: 0 is chance, 1 identical
    error: float  # standard error of the agreement over pairs of runs; 0 for one pair
    of_words: float  # agreement on the neighbors of the chosen words among those of the pool
    words_error: float  # its standard error over the words
    across: float  # agreement between two texts
    words_across: float  # of_words between two texts
    clustered: float  # share of runs whose groups beat chance, in all dimensions
    some: float  # p-value of "some run shows the groups", all runs tested together
    score: float  # mean silhouette of the groups, in all dimensions
    in_picture: float  # share of runs whose groups beat chance in the 2-D picture
    own: float  # share of the further runs that show the groups found in the first run


def measure(
    trials: Sequence[trial.Trial],
    counts: NDArray[np.integer],
    rows: Sequence[int],
    labels: NDArray[np.integer],
    k: int,
    floor: int,
    texts: Sequence[int] = (),
) -> Measures:
    """Measure finished runs.

    counts: (V,) of the compared words, descending. rows: numbers of the chosen words that belong to
    groups; labels: their groups, 0, 1, ... k: how many neighbors. floor: how often a word of the
    pool must occur; lowered if the pool would have fewer than 3 k words. texts: the number of each
    run's text if there are several. Diverged runs are left out if two or more others remain.
    """
    texts = texts if len(texts) else [0] * len(trials)
    good = [k for k, run in enumerate(trials) if run.diverged is None]
    good = good if len(good) > 1 else list(range(len(trials)))
    runs, same = [trials[k].vectors for k in good], _same([texts[k] for k in good])
    n, k = trial.compared(counts, k, floor)
    shared = agreement.overlap([v[:n] for v in runs], k) if len(runs) > 1 else None
    pairs = _beyond(shared.pairs, shared.chance) if shared else np.ones((1, 1))
    words = _of_words(runs, rows, n, k) if shared else np.zeros((1, 1, 1))
    full: list[neighbors_and_clusters.ClusterScore] = []
    flat: list[neighbors_and_clusters.ClusterScore] = []
    some = 1.0
    if len(rows) and not neighbors_and_clusters.too_few(labels):
        rng = np.random.default_rng(0)
        full, some = neighbors_and_clusters.cluster_scores(
            [v[list(rows)] for v in runs], labels, rng
        )
        shown = run_set.pictures(runs, list(rows), True, False)
        flat, _ = neighbors_and_clusters.cluster_scores(list(shown), labels, rng, cosine=False)
    inside = pairs[same]
    return Measures(
        runs=len(trials),
        pool=n,
        diverged=sum(run.diverged is not None for run in trials),
        learned=_mean([trials[k].learned for k in good]),
        gap=_mean([trials[k].gap for k in good]),
        overlap=shared.mean if shared else 0.0,
        chance=shared.chance if shared else 0.0,
        agreement=_mean(inside) if shared else 0.0,
        error=_error(inside) if shared else 0.0,
        of_words=_mean(words[:, same]),
        words_error=_error(words[:, same].mean(1)) if shared and len(rows) else 0.0,
        across=_mean(pairs[_other(same)]),
        words_across=_mean(words[:, _other(same)]),
        clustered=_mean([s.clear for s in full]),
        some=some,
        score=_mean([s.score for s in full]),
        in_picture=_mean([s.clear for s in flat]),
        own=_own([v[:n] for v in runs], labels),
    )


def of_trials(
    trials: run_set.Trials, chosen: Chosen, k: int, floor: int
) -> Iterator[Progress | Measures]:
    """Measure the runs as a task; yields Progress, then the Measures."""
    facts, runs = trials.facts, run_set.check_same(trials)
    yield Progress(0.1)
    yield measure(runs, facts.counts, *grouped(chosen, facts.index), k, floor)


def _same(texts):
    """Pairs of runs of the same text, each pair once: (R, R) bool."""
    of = np.asarray(texts)
    return np.triu(of[:, None] == of[None], 1)


def _other(same):
    """Pairs of runs of different texts."""
    return np.triu(np.ones_like(same), 1) & ~same


def _own(runs, labels):
    """Share of the other runs that show the groups found in the first run. A group is a word and
    its nearest neighbors; the groups lie far apart.
    """
    sizes = np.bincount(labels)
    if len(sizes) < 2 or sizes.min() < 2 or neighbors_and_clusters.too_few(labels):
        sizes = np.array(OWN)
    if len(runs) < 2 or len(runs[0]) < 2 * sizes.sum():
        return 0.0
    directions = neighbors_and_clusters.unit(runs[0].astype(np.float64))
    near, rows = directions @ directions.T, list[int]()
    free = np.ones(len(near), bool)
    for size in sizes:
        far = 1 - near[:, rows].max(1) if rows else -np.arange(len(near))
        first = int(np.where(free, far, -np.inf).argmax())
        free[first] = False
        others = np.argsort(-np.where(free, near[first], -np.inf), kind="stable")[: size - 1]
        free[others] = False
        rows += [first, *others.tolist()]
    found = np.repeat(np.arange(len(sizes)), sizes)
    rng = np.random.default_rng(0)
    scores, _ = neighbors_and_clusters.cluster_scores([v[rows] for v in runs[1:]], found, rng)
    return _mean([s.clear for s in scores])


def _of_words(runs, rows, n, k):
    """Agreement of each two runs on the neighbors of each word, among the n words of the pool."""
    if not len(rows):
        return np.zeros((1, len(runs), len(runs)))
    others = n - (np.asarray(rows) < n)[:, None, None]  # a word is not its own neighbor
    return _beyond(agreement.overlap_of(runs, rows, n, k), k / others)


def _beyond(shares, chance):
    return (shares - chance) / np.maximum(1 - chance, 1e-9)


def _mean(values):
    return float(np.mean(values)) if np.size(values) else 0.0


def _error(values):
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def grouped(chosen: Chosen, index: dict[str, int]) -> tuple[list[int], NDArray[np.integer]]:
    """The numbers of the words in groups of two or more known words, and their groups as 0, 1, ...

    Without two such groups: all chosen words, in one group.
    """
    sizes = {name: chosen.groups.count(name) for name in dict.fromkeys(chosen.groups)}
    names = [name for name, size in sizes.items() if size > 1]
    if len(names) < 2:
        return [index[w] for w in chosen.words], np.zeros(len(chosen.words), int)
    both = zip(chosen.words, chosen.groups, strict=True)
    kept = [(index[w], names.index(g)) for w, g in both if g in names]
    return [row for row, _ in kept], np.array([group for _, group in kept])
