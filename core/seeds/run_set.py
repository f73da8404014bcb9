"""What a set of finished runs says about one choice of words: overlap, clusters, pictures, and the
streams of randomness behind the differences.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.seeds import trial
from core.seeds.trial import Trial
from core.settings import TrainSettings
from core.texts.corpus import Facts
from core.texts.words_to_plot import Chosen
from core.training_loop import Progress
from core.vectors import agreement, neighbors_and_clusters, projection

STEADY = 0.5  # mean cosine of a word between runs below which its position means nothing
SHUFFLES = 500  # shuffled labelings of the permutation test
WORDS = 1_000  # words whose variance is attributed to the streams of randomness


@dataclass(frozen=True)
class Trials:
    """Finished runs and the Facts of their words, as an argument of a task; two are equal if their
    settings and texts are.
    """

    runs: tuple
    facts: Facts

    def _key(self):
        return self.facts.digest, tuple((run.digest, run.settings) for run in self.runs)

    def __eq__(self, other):
        return isinstance(other, Trials) and self._key() == other._key()

    def __hash__(self):
        return hash(self._key())


@dataclass(frozen=True, eq=False)
class Study:
    """What R runs say about n chosen words and a pool of P frequent words."""

    pool: int  # compared words: the most frequent ones
    k: int  # neighbors of each
    overlap: agreement.Overlap | None  # None for a single run
    # (V,) overlap of each known word, including rare ones; neighbors are chosen from all words
    each: np.ndarray
    full: tuple  # R cluster scores in all dimensions; empty without groups
    flat: tuple  # R cluster scores in the picture
    some: float  # p-value of "some seed shows the groups", all runs tested together
    too_few: str  # why these groups cannot be told from chance; "" if they can
    clouds: np.ndarray  # (R, n, 2) the chosen words of all runs in one aligned picture
    # (n,) mean cosine between a chosen word in one run and in another, after alignment
    steady: np.ndarray


@dataclass(frozen=True)
class Streams:
    """What each stream of randomness changes, from runs with all combinations of their seeds."""

    # Source, or "together" -> its share of the variance of the aligned directions
    shares: dict
    # Source, or "all three" -> neighbors shared by two runs that differ in this alone
    overlaps: dict
    chance: float


def pictures(runs: list[NDArray], rows: list[int], normalize: bool, aligned: bool) -> NDArray:
    """The 2-D picture of each run: (R, n, 2), each in the plane of its own largest variances.

    runs: matrices (V, d); rows: numbers of the chosen words. normalize: divide each vector by its
    length first. aligned: rotate and reflect each picture onto the first.
    """
    points = [projection.animation(vectors[None, rows], normalize)[0][0] for vectors in runs]
    if aligned:
        points = [p @ agreement.rotation(p, points[0]) for p in points]
    return np.stack(points)


def study(
    trials: Trials, chosen: Chosen, k: int, floor: int, normalize: bool
) -> Iterator[Study | Progress]:
    """Compare runs; yields Progress, then the Study.

    k: how many neighbors; floor: how often a word of the pool must occur (see `trial.compared`);
    normalize: as for `pictures`. UserError if the runs have different vocabularies.
    """
    facts, runs = trials.facts, check_same(trials)
    vectors, R = [run.vectors for run in runs], len(runs)
    pool, k = trial.compared(facts.counts, k, floor)
    overlap = agreement.overlap([v[:pool] for v in vectors], k) if R > 1 else None
    yield Progress(0.3)
    each = agreement.overlap(vectors, k).each if R > 1 else np.ones(len(facts.words))
    yield Progress(0.6)
    rows = [facts.index[word] for word in chosen.words]
    grouped, labels = _grouped(chosen)
    full, flat, some = (), (), 1.0
    if len(grouped):
        full, some = _scores([v[rows][grouped] for v in vectors], labels, True)
        yield Progress(0.8)
        shown = pictures(vectors, rows, normalize, False)
        flat, _ = _scores([picture[grouped] for picture in shown], labels, False)
    clouds, steady = _clouds(vectors, pool, rows)
    yield Study(
        pool,
        k,
        overlap,
        each,
        full,
        flat,
        some,
        too_few(labels) if len(grouped) else "",
        clouds,
        steady,
    )


def design(settings: TrainSettings, m: int) -> list[TrainSettings]:
    """Settings for all combinations of m seeds of each stream: m^3 runs, in the order of
    `agreement.SOURCES`.
    """
    return [
        replace(
            settings,
            init_seed=settings.seed + a,
            order_seed=settings.seed + b,
            negatives_seed=settings.seed + c,
        )
        for a, b, c in np.ndindex(m, m, m)
    ]


def streams(trials: Trials, m: int, k: int, floor: int) -> Iterator[Progress | Streams]:
    """Attribute the variance between the runs of a factorial design to the three random streams;
    yields Progress, then the Streams. Arguments as for `study`.
    """
    vectors = [run.vectors for run in check_same(trials)]
    pool, k = trial.compared(trials.facts.counts, k, floor)
    overlap = agreement.overlap([v[:pool] for v in vectors], k)
    yield Progress(0.5)
    directions = [
        neighbors_and_clusters.unit(v[: min(pool, WORDS)].astype(np.float64)) for v in vectors
    ]
    aligned = np.stack([d @ agreement.rotation(d, directions[0]) for d in directions])
    levels = np.array(list(np.ndindex(m, m, m)))  # (m^3, 3)
    differ = levels[:, None] != levels  # (m^3, m^3, 3)
    only = {
        name: differ[..., s] & (differ.sum(-1) == 1) for s, name in enumerate(agreement.SOURCES)
    }
    only["all three"] = differ.all(-1)
    yield Streams(
        agreement.variance_shares(aligned.reshape(m, m, m, -1)),
        {name: float(overlap.pairs[pairs].mean()) for name, pairs in only.items()},
        overlap.chance,
    )


def check_same(trials: Trials) -> tuple[Trial, ...]:
    """The runs, if all have the same text and vocabulary; UserError if not."""
    if {run.digest for run in trials.runs} != {trials.facts.digest}:
        raise UserError(
            "Two runs have different vocabularies or texts, so their words cannot be compared."
        )
    return trials.runs


def _grouped(chosen):
    """The positions of the words in groups of two or more known words, and their groups as 0, 1,
    ...; none if there are fewer than two such groups.
    """
    names = [name for name in dict.fromkeys(chosen.groups) if chosen.groups.count(name) > 1]
    places = [k for k, name in enumerate(chosen.groups) if name in names] if len(names) > 1 else []
    return places, np.array([names.index(chosen.groups[k]) for k in places])


def _clouds(vectors, pool, rows):
    """The chosen words of all runs in one plane (R, n, 2), and how steady each is (n,).

    The rotation is fitted to the words of the pool: fitted to a few chosen words, it could make
    anything look steady.
    """
    directions = [neighbors_and_clusters.unit(v.astype(np.float64)) for v in vectors]
    # (R, n, d)
    turned = np.stack(
        [d[rows] @ agreement.rotation(d[:pool], directions[0][:pool]) for d in directions]
    )
    middle = turned.mean(0)
    axes, _ = projection.plane(middle) if rows else (np.eye(2, turned.shape[-1]), 1)
    points = (turned - middle.mean(0)) @ axes.T if rows else turned[..., :2]
    steady = agreement.steadiness(turned) if len(vectors) > 1 else np.ones(len(rows))
    return points / (np.abs(points).max(initial=0) or 1), steady


def too_few(labels: Sequence[int] | NDArray[np.integer]) -> str:
    """Why no test of these groups can be passed and what would be enough; "" if one can."""
    if not neighbors_and_clusters.too_few(labels):
        return ""
    sizes = sorted(Counter(list(labels)).values())
    many = neighbors_and_clusters.splits(sizes) if sizes else 1
    told, enough = (
        " + ".join(map(str, sizes)),
        " + ".join(map(str, neighbors_and_clusters.enough(labels))),
    )
    ways = f"{many} way" + "s" * (many > 1)
    return (
        f"Too few words to tell: {told} words can be split in {ways}, and the best of them comes "
        f"first by chance in 1 of {many} cases. {enough} words would be enough."
    )


def _scores(runs, labels, cosine):
    rng = np.random.default_rng(0)
    scores, some = neighbors_and_clusters.cluster_scores(
        runs, labels, rng, cosine=cosine, shuffles=SHUFFLES
    )
    return tuple(scores), some


def _share(scores):
    return float(np.mean([s.clear for s in scores])) if scores else 0.0
