"""What is said about vectors: each sentence is chosen by the data it describes."""

import numpy as np

from core.vectors import comparison
from core.vectors.intrinsic_evaluation import ENOUGH
from ui.escaping import shown

LISTS = {
    "analogies": "One question on each line, “man king woman queen”: man is to king as woman is "
    "to queen. A line “: name” starts a section, as in questions-words.txt. An answer counts if "
    "queen is the word nearest to king − man + woman, those three words excluded.",
    "similarity": "Two words and a number on each line, as in WordSim-353 or SimLex-999: how "
    "similar people find them.",
}


def full(by, count):
    """About the bars of the full space."""
    if by == "cosine":
        return (
            f"The {count} words nearest by the cosine, in all dimensions. These are the real ones."
        )
    return (
        f"The {count} words nearest by the dot product, in all dimensions. Beside the picture, "
        "those nearest by the cosine are called real."
    )


def beside(word, real, count):
    """About the nearest points of one word."""
    if not count:
        return "There is no other point."
    if len(real) == count:
        return f"All {count} points nearest to “{word}” are among its {count} nearest words."
    false = count - len(real)
    names = f" ({', '.join(real)})" if real else ""
    return (
        f"Of the {count} points nearest to “{word}”, {len(real)}{names} "
        f"{'is' if len(real) == 1 else 'are'} real: among the {count} nearest of these words in "
        f"the full space. Dashed lines lead to the other {false}, near only in the picture."
    )


def trust(judged, n, lying, ringed):
    """About the lie detector."""
    said = (
        f"of the {judged.k} points nearest to a word are among its {judged.k} nearest words, mean "
        f"over {n:,} words. By chance: **{judged.chance:.0%}**; the plane of the largest variance "
        f"keeps **{judged.best:.0%}**."
    )
    if not lying:
        return said + f" No word keeps fewer than half of its {judged.k}."
    some = ", ".join(lying[:12]) + (", …" if len(lying) > 12 else "")
    return said + (
        f" **{len(lying):,}** {'words keep' if len(lying) > 1 else 'word keeps'} fewer than half "
        f"({'ringed' if n <= ringed else 'pale'} in the picture): {some}."
    )


def against(found, there, here):
    """About the words that two sets of vectors share."""
    turned = ""
    if found.cosine is not None:
        turned = (
            " Turned onto the model, a word has a mean cosine of "
            f"{found.cosine.mean():.2f} with itself."
        )
    return (
        f"of the {comparison.K} nearest neighbors, mean over {len(found.words):,} words in both "
        f"({there:,} there, {here:,} in this model); by chance {found.overlap.chance:.0%}.{turned}"
    )


def not_judged(n, most):
    """Why there is no lie detector."""
    if n > most:
        return f"Neighbors are judged in pictures of up to {most:,} words."
    return "The picture is not finished: its neighbors are not judged yet."


def picture(task, n, normalized=True):
    """About a way to make a picture. normalized: whether vectors were divided by their lengths."""
    if "spanned" in task:
        return "Each point lies where the cosines with the two axes put it: both have a meaning."
    if "t_sne" in task:
        return (
            "t-SNE keeps near neighbors near. How far apart groups lie and how large they are says "
            "little; another seed gives another picture."
        )
    return (
        f"The plane in which {'the directions of ' if normalized else ''}these {n:,} words vary "
        "most. Where a point lies means nothing; how "
        "far apart two points are is true only as far as a plane can show it."
    )


def reseeded(shared, seed):
    """About the same picture with another seed."""
    more = "more than" if shared.mean > shared.chance else "no more than"
    return (
        f"of the {shared.k} nearest points, with the seeds {seed} and {seed + 1}: {more} the "
        f"{shared.chance:.0%} of two unrelated pictures. Turning or mirroring a picture changes "
        "none."
    )


def bump(ranks, said, words):
    """About the ranks over a training."""
    start, end = min(ranks.since), max(ranks.since)
    first, last = words[int(np.argmin(ranks.since))], words[int(np.argmax(ranks.since))]
    if start == end:
        when = f"All were among the {len(words)} nearest from epoch {start:.2f} on."
    else:
        when = (
            f"“{first}” has stayed among the {len(words)} nearest since epoch {start:.2f}, "
            f"“{last}” only since epoch {end:.2f}."
        )
    return (
        f"The {len(words)} words that are nearest at the end, {said}, and their ranks before. "
        f"{when} **Look for:** lines that cross late: with another seed their order is often the "
        "other one; that of the others may change, too."
    )


def settled(order, k):
    """About when words settled."""
    said = (
        f"Each point is a word; it has settled when seven tenths of its {k} nearest words are "
        "those it ends with, and stay. The line joins medians of words that occur about equally "
        "often. "
    )
    if not np.isfinite(order.spearman):
        return said + "All of these words settled at the same time."
    numbers = f"(Spearman's correlation {order.spearman:+.2f}, p = {order.p_value:.1g})"
    if order.p_value > 0.05:
        return said + f"Here frequent words settle neither earlier nor later {numbers}."
    when = "earlier" if order.spearman < 0 else "later"
    return said + (
        f"**Frequent words settle {when}** {numbers}: the median is epoch {order.often:.2f} for "
        f"the more frequent half, {order.seldom:.2f} for the other."
    )


def asked(words):
    """a − b + c."""
    a, b, c = map(shown, words)
    return f"{a} − {b} + {c}"


def analogy(words, found, winner, keep):
    """About the answers to an analogy."""
    lead = (
        f" The runner-up, “{shown(found[1].word)}”, is "
        f"{found[0].similarity - found[1].similarity:.3f} behind."
        if len(found) > 1
        else ""
    )
    if keep:
        won = "one of the three words itself" if winner in words else "none of the three words"
        return f"All words may be answers, and the winner is {won}.{lead}"
    if winner in words:
        also = f"If they were allowed, “{shown(winner)}” would win: no word is nearer to the sum."
    else:
        also = "It would also win if they were allowed."
    return f"The three words themselves are no answers.{lead} {also}"


def similarity(sets):
    """About a similarity."""
    of = "the mean directions of the two sets" if sets else "the two words"
    return f"The cosine of {of}: 1 the same direction, 0 at a right angle, −1 opposite."


ALIKE = 0.8  # cosine of two ends from which an axis says little


def axis(cosine):
    """About the words along an axis. cosine: of its two ends."""
    said = (
        "Towards the right: like the words on the right of the arrow, and unlike those on its left."
    )
    if cosine >= ALIKE:
        return said + (
            f" **The two ends are nearly the same** (cosine {cosine:.2f}): what is left between "
            "them is mostly chance."
        )
    return said + f" The cosine of the two ends is {cosine:.2f}."


def lean(tested, sizes):
    """About the bias of an axis."""
    ways = "few" if min(sizes) < 3 else "enough"
    if tested.p_value <= 0.05:
        verdict = "That is **more than shuffled ends give**"
    else:
        verdict = "That is **no more than shuffled ends give**"
    caution = (
        " With so few words at an end there are few ways to shuffle them: bring at least three or "
        "four on each side."
        if ways == "few"
        else ""
    )
    return (
        f"is the mean cosine of these words with the axis. {verdict}: p = {tested.p_value:.2g} "
        f"when the words of both ends are mixed {tested.shuffles:,} times.{caution}"
    )


def score(one):
    """About a section of a list of analogies."""
    if not one.asked:
        return f"none of {one.listed:,} can be asked"
    return f"{one.right:,} of {one.asked:,} asked, {one.listed:,} listed"


def scorecard(right, asked, listed, words):
    """About a whole list of analogies."""
    if not asked:
        return (
            f"None of the {listed:,} questions can be asked: at least one of the four words is "
            "unknown in each."
        )
    covered = asked / listed
    said = (
        f"{right:,} of {asked:,} questions; guessing among {words:,} words gives "
        f"{1 / max(words - 3, 1):.2%}. {covered:.0%} of the list can be asked."
    )
    if covered < ENOUGH:
        said += (
            " That is too little to judge the vectors by: gray sections say more about the list."
        )
    return said


def unreadable(found):
    """Why a correlation is gray."""
    if found.found < 3:
        return f"Only {found.found} of {found.pairs:,} pairs have both words: too few to correlate."
    return (
        f"Only {found.coverage:.0%} of the {found.pairs:,} pairs have both words in the "
        f"vocabulary; below {ENOUGH:.0%} a correlation says more about the list than about the "
        "vectors."
    )


def correlation(found):
    """About a correlation that can be read."""
    zero = "" if found.low > 0 or found.high < 0 else " It may as well be zero."
    return (
        f"95% interval {found.low:.2f} to {found.high:.2f} over the pairs; {found.found:,} of "
        f"{found.pairs:,} pairs ({found.coverage:.0%}) have both words. 1: the same order as "
        f"people, 0: no relation.{zero}"
    )
