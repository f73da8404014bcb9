"""What one run of many sends to its room, and what several of them say together."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.classroom.rooms import Result
from core.seeds import run_measures
from core.seeds.trial import Trial, compared
from core.texts.corpus import Facts
from core.texts.words_to_plot import Chosen, choices, choose
from core.vectors import agreement, cluster_test, neighbors_and_clusters, projection

WORDS = 50  # frequent words whose neighbors are compared
RUNS = 60  # that are compared two by two


def words(facts: Facts) -> Chosen:
    """The words that a class looks at: those that the page Train shows first."""
    return choose(facts, choices(facts)[0])


def summary(trial: Trial, facts: Facts) -> Result:
    """The score, the picture of the chosen words and the neighbors of frequent words."""
    chosen = words(facts)
    rows = [facts.index[word] for word in chosen.words]
    n, k = compared(facts.counts, run_measures.K, run_measures.FLOOR)
    score, shown = float("nan"), None
    if len(set(chosen.groups)) > 1:
        found = cluster_test.groups(
            trial.vectors[rows], np.array(chosen.labels), np.random.default_rng(0)
        )
        if found.found in (cluster_test.CLUSTERS, cluster_test.NONE):
            shown = found.found == cluster_test.CLUSTERS
        score = found.score.score if found.score else score
    points = projection.animation(trial.vectors[None, rows], True)[0][0] if rows else np.empty(0)
    asked = list(range(min(WORDS, n)))
    near = (
        neighbors_and_clusters.neighbors(trial.vectors[:n], asked, k)[0] if k > 0 else np.empty(0)
    )
    return Result(
        trial.settings.seed,
        score,
        shown,
        trial.loss,
        np.clip(np.round(100 * points), -127, 127).astype(np.int8).tobytes(),
        near.astype(np.uint16).tobytes(),
    )


def pictures(results: list[Result]) -> list[NDArray]:
    """The picture of each run, (n, 2), all turned and mirrored onto the first."""
    plain = [np.frombuffer(one.points, np.int8).reshape(-1, 2) / 100 for one in results]
    return [points @ agreement.rotation(points, plain[0]) for points in plain]


def shared(results: list[Result], facts: Facts) -> tuple[float, float]:
    """The share of neighbors that two runs have in common, and what chance gives; 0 of one run."""
    n, k = compared(facts.counts, run_measures.K, run_measures.FLOOR)
    near = [np.frombuffer(one.near, np.uint16).reshape(-1, k) for one in results[:RUNS]]
    pairs = [
        (one[:, :, None] == other[:, None]).any(-1).mean() for one, other in combinations(near, 2)
    ]
    return float(np.mean(pairs)) if pairs else 0.0, k / max(n - 1, 1)
