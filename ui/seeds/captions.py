"""Sentences of the page of many runs, chosen by what its charts show."""

from collections.abc import Mapping, Sequence

import pandas as pd

from core.vectors import board
from core.vectors.board import Agreement
from core.vectors.neighbors_and_clusters import LEVEL, ClusterScore

NEAR = 0.05  # shares of neighbors that differ by less are called alike


def pictures(grouped: bool, scored: bool, several: bool = True, words: int = 2) -> str:
    """What the small pictures show; grouped: their words are in groups, scored: the titles hold
    scores, several: there is more than one, words: how many each shows.
    """
    if words < 2:
        return "One point says nothing, as only distances mean something: choose more words."
    if not several:
        number = "The numbers are the seed and the silhouette score in all dimensions."
        return number if scored else "The number is the seed."
    if not grouped:
        return (
            "**Look for:** the same words together in each picture. The number in each is the seed."
        )
    numbers = (
        "The numbers are the seed and the silhouette score in all dimensions"
        if scored
        else "The number in each is the seed"
    )
    return (
        f"**Look for:** the same groups in each picture. {numbers}; ▲ marks the best, ▼ the worst."
    )


def fewer(counts: Sequence[int], k: int, floor: int, pool: int, used: int) -> str:
    """Why other words are compared than those that occur as often as asked for, or ""; used: the
    number of neighbors that is used instead of k.
    """
    if used < k:
        return f" The text has too few words for {k} neighbors of each."
    if counts[pool - 1] < floor:
        return f" Too few occur {floor} times: at least three words for each neighbor are compared."
    return ""


def stability(rows: pd.DataFrame, words: int) -> str:
    """How the neighbors that two runs share depend on how often a word occurs.

    rows: as for `charts.stability`. words: all whose neighbors are compared.
    """
    medians = rows[rows["kind"] == "median"].sort_values("overlap")
    dots = int((rows["kind"] == "word").sum())
    drawn = "Each gray dot is a word" + (f" ({dots:,} are drawn)" if dots < words else "")
    low, high = medians.iloc[0], medians.iloc[-1]
    most, least = f"{high.overlap:.0%}", f"{low.overlap:.0%}"
    return (
        f"{drawn}; the line is the median, the dashed line is chance. Neighbors are chosen among "
        f"all {words:,} words. **Look for:** where the line comes near the dashed one; there, "
        "neighbors change with the seed. "
    ) + (
        f"The median is {most} for frequent and rare words alike."
        if most == least
        else f"The median is highest, {most}, for words that occur about {high['count']:,.0f} "
        f"times, and lowest, {least}, at about {low['count']:,.0f} times."
    )


def shares(found: Mapping[str, float]) -> str:
    """Which part of the randomness explains most of the variance; found: {part: share}."""
    most = max(found, key=lambda part: found[part])
    return (
        "Variance of the directions of the frequent words, after alignment (analysis of variance "
        "over all combinations of seeds). **Look for:** the longest bar. Here it is “"
        f"{most}” with {found[most]:.0%}. “Interaction only” is what no part explains alone"
        + (
            ": each new combination of seeds leads to other vectors."
            if found["interaction only"] >= NEAR
            else "; there is hardly any here."
        )
    )


def frozen(alone: Mapping[str, float], all_three: float, chance: float) -> str:
    """Whether it helps to freeze two of the three parts; alone: {part: neighbors shared}."""
    most = max(alone, key=lambda part: alone[part])
    said = (
        f"The parts that do not differ are frozen. Dashed: chance, {chance:.1%}. **Look for:** a "
        "bar that is longer than that of all three. "
    )
    if alone[most] - all_three < NEAR:
        return said + (
            f"Here none is longer by {100 * NEAR:.0f} percentage points or more, so freezing two "
            "of "
            "the three parts hardly helps: whatever differs, the runs end up about equally far "
            "apart."
        )
    return said + (
        f"Runs that differ in “{most}” alone share {alone[most]:.0%}, runs that differ in all "
        f"three {all_three:.0%}: freezing the other two parts helps here."
    )


def frames(same: bool) -> str:
    """Whether the lowest loss is also the most stable."""
    return (
        "Both frames mark the same settings: here the lowest loss is also the most stable."
        if same
        else "The frames mark different settings: here the lowest loss is not the most stable."
    )


def waiting(count: int) -> str:
    """What a board still needs."""
    words = f"**{count}** words wait" if count > 1 else "**One** word waits"
    return f"{words} above the board. When each has its place, you can ask the seeds."


def own_clusters(found: ClusterScore) -> str:
    """How far a board by hand keeps its groups apart."""
    said = "Your groups lie apart" if found.clear else "Your groups are not told from chance"
    return (
        f"{said}: shuffled groups have a mean score of {found.null_mean:.2f}, and 95% of them stay "
        f"below {found.null_95:.2f} (p = {found.p_value:.2g})."
    )


def agreement(found: Agreement, names: Sequence[str], whose: str = "your board") -> str:
    """Which run agrees most with a board, and whether that means anything."""
    share, best = found.shares.max(), [names[r] for r in found.best]
    who = f"Seed {best[0]} agrees"
    if len(best) > 1:
        who = f"Seeds {', '.join(best[:-1])} and {best[-1]} agree"
    verdict = (
        "more than a board of shuffled words agrees with the best of these seeds"
        if found.p_value <= LEVEL
        else "no more than a board of shuffled words agrees with the best of these seeds"
    )
    return (
        f"**{who} most with {whose}:** {share:.0%} of the {_near(found.k)} of each word are the "
        f"same; chance: {found.chance:.0%}, mean of all seeds: {found.shares.mean():.0%}. That is "
        f"{verdict} (p = {found.p_value:.2g})."
    )


def with_class(found: Agreement, others: int) -> str:
    """How far a board agrees with the mean of the other boards of a class."""
    share = found.shares[0]
    verdict = "more than" if found.p_value <= LEVEL else "no more than"
    whose = f"mean board of {others} other students" if others > 1 else "board of another student"
    return (
        f"**You and the class:** {share:.0%} of the {_near(found.k)} of each word on your board "
        f"are also nearest on the {whose}; chance: {found.chance:.0%}. That is {verdict} a board "
        f"of shuffled words shares (p = {found.p_value:.2g})."
    )


MEAN_BOARD = (
    "The other boards of the class, each turned, mirrored and brought to the same size, and their "
    "mean; here it is turned and mirrored to fit yours, which changes no neighbor. **Look for:** "
    "words that lie elsewhere on your board."
)


def boards_of_class(share: float, n: int) -> str:
    """How much two students have in common, compared with chance. n: words on a board."""
    k = board.neighbors(n)
    return (
        f"Two students share **{share:.0%}** of the {_near(k)} of each word, in the mean; chance: "
        f"{k / (n - 1):.0%}."
    )


def _near(k):
    return f"{k} nearest words" if k > 1 else "nearest word"


def beside_the_board(k: int) -> str:
    """What the small pictures beside a board show."""
    return (
        "Each run was turned and mirrored to fit your board as well as it can (orthogonal "
        "Procrustes), and drawn in its size, which changes no neighbor. The numbers are the seed "
        f"and the share of the {_near(k)} in all dimensions that are also nearest on your board; "
        "▲ marks the best. **Look for:** words that lie elsewhere than on your board in every run."
    )
