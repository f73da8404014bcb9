"""What is said about two runs: each sentence is chosen by the data it describes."""

from core.settings import TextSettings, knobs
from core.vectors import comparison
from ui.controls.table import CONTROLS
from ui.escaping import shown

# Settings that change what a loss is measured against: losses of two such runs are not comparable
OF_THE_LOSS = "window", "negatives", "loss", "noise_power", "subsample", "thinning"
MEASURE = {*knobs(TextSettings), *OF_THE_LOSS}


FORK = " Stop the playhead and click this chart: B can go on from A there."
LINKED = (
    "Point at a word: it and the words nearest to it in that picture light up in both; a click "
    "keeps them lit. B is turned and mirrored onto A, which changes no distance."
)


def difference(told):
    """A, B, and the knob that differs."""
    if not told:
        return "**A and B are the same.** Choose another value for B."
    parts = [f"**{label}**: A {a}, B {b}" for label, a, b in told]
    rest = "All else is equal." if len(told) == 1 else f"{len(told)} settings differ."
    return ". ".join(parts) + f". {rest}"


NO_CURVE = (
    "Losses are compared where both are folders of runs: a vector file has no record of its "
    "training."
)
SAME = "**A and B have the same settings.**"
AGAIN = "With the settings of both runs: the pictures then move with the losses."


def saved_losses(relative):
    """About the losses of two saved runs."""
    return _measured(relative) + (
        " A saved run keeps its last vectors alone, so the pictures above stand still."
    )


def losses(relative, forks=True):
    """About the two losses. forks: whether B can go on from A."""
    return _measured(relative) + (FORK if forks else "")


def _measured(relative):
    if relative:
        return (
            "What differs also changes what the loss counts, so each is divided by the best loss "
            "from word frequencies alone: a model that knows only how frequent words are is at 1."
        )
    return (
        "Both losses are measured in the same way: the lower one is that of the model which "
        "predicts the pairs of this text better."
    )


def overlap(found, floor, control=None):
    """About the neighbors that two runs share. control: the same of A and A with another seed."""
    words = f"{len(found.words):,} words that occur at least {floor} times in both texts"
    said = (
        f"of the {comparison.K} nearest neighbors, mean over {words}; by chance "
        f"{found.overlap.chance:.0%}."
    )
    if control is None:
        return said
    fewer, error = comparison.fewer(found, control)
    verdict = "more than" if fewer > 2 * error else "no more than"
    return said + (
        f" With another seed alone {control.overlap.mean:.0%} are shared: **this change moves "
        f"neighbors {verdict} a seed does** (difference {fewer:+.1%} ± {error:.1%}, standard error "
        "over words)."
    )


def saved(found, here, there):
    """About the neighbors that two saved runs share."""
    same = ""
    if found.cosine is not None:
        same = (
            f" Turned onto A, a word of B has a mean cosine of {found.cosine.mean():.2f} with "
            "itself in A."
        )
    return (
        f"of the {comparison.K} nearest neighbors, mean over {len(found.words):,} words of both "
        f"({here:,} in A, {there:,} in B); by chance {found.overlap.chance:.0%}.{same}"
    )


def moved(count):
    """About the words that moved most."""
    return (
        f"The {count} words with the fewest neighbors in common, the more moved first. The picture "
        "of B is turned and mirrored onto A's: what still lies elsewhere has moved, unless the "
        "plane shown is another one."
    )


def fork(epoch):
    """About a run that goes on from another."""
    return (
        f"B begins with A's vectors at epoch {epoch:.2f}; new words and the state of the optimizer "
        "begin anew, and B then trains as long as its own settings say."
    )


def missing(words):
    """About words that only A knows."""
    return f"Only A knows: {', '.join(shown(word) for word in words[:12])}."


def changes_measure(told):
    """True if what differs changes what the loss is measured against."""
    labels = {CONTROLS[key].label for key in MEASURE}
    return any(label in labels for label, _, _ in told)


def numbers(relative):
    """About the numbers of A and B."""
    said = (
        "Learned: how far the loss is below the best from word frequencies alone. Cost of "
        "shuffling: what the loss rises by when the center words are shuffled, as a share of it. "
        "Silhouette: 1 perfect groups, 0 none, in all dimensions."
    )
    return said + (" The losses themselves are not comparable here." if relative else "")
