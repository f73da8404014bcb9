"""Sentences of the dropout page, chosen by what its charts and tables show."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.networks import dropout

WANTED = 0.95  # share of held-out points that a 95% band should hold
ALIKE = 0.15  # two widths that differ by less than this share are called alike
ENOUGH = 50  # times that a unit must be dropped, and kept, for its standard error to be known
RISEN = 0.005  # nats: a smaller rise is not seen in the chart


def passes(answers: Sequence[float]) -> str:
    """What changes from pass to pass; answers: the probability of class 1 in each."""
    if np.ptp(answers) == 0:
        return "**Look for:** nothing is dropped with p = 0, so all passes are the same."
    return (
        "**Look for:** dropped units (✕). Step through the passes: the probability of class 1, the "
        f"lower output, goes from {min(answers):.2f} to {max(answers):.2f}."
    )


def spread(answers):
    """How far answers differ."""
    low, high = f"{min(answers):.2f}", f"{max(answers):.2f}"
    return f"All answers are {low}." if low == high else f"Answers from {low} to {high}."


def asked(answers: Sequence[float], forgotten: bool) -> str:
    """What the network answers to the same input, again and again."""
    if not forgotten:
        return "one answer, always the same. Switch on “You forgot eval()”."
    if np.ptp(answers) == 0:
        return "with p = 0 no unit is ever dropped: one answer, always the same."
    return (
        f"the same input gets {len(set(answers))} different answers in {len(answers)} queries: "
        "masks are still drawn."
    )


def equal_on_average(p: float, held: str, count: int) -> str:
    """What the means over `count` training passes show; held: how many bars include 0, for each
    group.
    """
    said = f"bars are 1.96 standard errors. Bars that include 0: {held}. **Look for:** "
    if p == 0:
        return said + "with p = 0 there are no masks, so the two modes are the same."
    return said + (
        "the factor 1/(1 − p) makes both modes equal on average for the layer it is applied to, "
        f"and for z, which is linear in that layer; {_missing(p, count)} misses 0 there by chance. "
        "Behind tanh they need not be equal, because the mean of tanh(z) is not the tanh of the "
        "mean."
    )


def _missing(p: float, count: int) -> str:
    """How many bars miss a mean that is equal: more if a unit is seldom dropped, or seldom kept,
    because its standard error is then itself known badly.
    """
    seldom = count * min(p, 1 - p)
    return "about 1 bar in 20" if seldom >= ENOUGH else "with so few passes 1 bar in 20 or more"


def overfitting(found: Sequence[dropout.Curves], p: float) -> str:
    """How far validation loss has risen since its lowest point, without and with dropout."""
    losses = np.array([moment.validation.mean(1) for moment in found])
    lowest = losses.argmin(0)
    rise = losses[-1] - losses.min(0)
    parts = [
        f"{name} validation loss "
        + (
            f"is lowest at step {found[lowest[k]].step} and has risen by {rise[k]:.3f} nats since"
            if rise[k] > RISEN
            else "has not turned: it ends at its lowest"
        )
        for k, name in enumerate(("Without dropout", f"with p = {p:g}"))
    ]
    return f"**Look for:** {'; '.join(parts)}. {_compared(rise, p)}"


def _compared(rise: NDArray, p: float) -> str:
    if p == 0:
        return "With p = 0 both are the same network."
    if rise[0] <= RISEN:
        return (
            "There is no overfitting here for dropout to prevent; other numbers of samples show it."
        )
    if rise[1] < rise[0] - RISEN:
        return (
            "Validation loss that rises while training loss falls is overfitting; here dropout "
            "makes the rise smaller."
        )
    if rise[1] > rise[0] + RISEN:
        return "Here dropout does not help: validation loss rises more with it."
    return "Here dropout makes no difference that can be seen."


def widths(among: Mapping[str, float], beyond: Mapping[str, Mapping[str, float]]) -> str:
    """How wide the bands are; among: mean half band near the points, beyond: the same for each
    region without points, both {method: width}.
    """
    dropout_, process = among["MC dropout"], among["Gaussian process"]
    said = f"Near the points, half the band is {dropout_:.2f} (dropout) and {process:.2f} (process)"
    for region, found in beyond.items():
        growth = ", ".join(
            f"{name} {_grown(found[name], among[name])}"
            for name in ("MC dropout", "Gaussian process")
        )
        said += f"; {region}: {growth}"
    return f"Marks on top: the points. **Look for:** where the bands widen. {said}."


def _grown(width: float, before: float) -> str:
    if not before:
        return f"{width:.2f}"
    times = width / before
    if abs(times - 1) < ALIKE:
        return f"{width:.2f}, about as wide"
    return f"{width:.2f}, {times:.1f} times as wide"


def coverage(found: Mapping[str, Mapping[str, float]], points: int) -> str:
    """Which bands hold as many held-out points as they should; found: {region: {method: share}}."""
    chance = 1.96 * np.sqrt(WANTED * (1 - WANTED) / points)
    parts = [
        f"{region}: " + ", ".join(f"{name} {_judged(share, chance)}" for name, share in row.items())
        for region, row in found.items()
    ]
    said = (
        f"{points} fresh points for each row, from the same function and noise, so a right band "
        f"holds {WANTED - chance:.1%} to {WANTED + chance:.1%} of them. "
        f"**Look for:** {'; '.join(parts)}."
    )
    outside = found.get("outside")
    if outside and any(share < WANTED - chance for share in outside.values()):
        said += (
            " Away from the points a band says only what its method assumes there: it can be "
            "narrow and wrong."
        )
    return said


def _judged(share: float, chance: float) -> str:
    if share < WANTED - chance:
        return f"{share:.1%}, too narrow"
    if share > WANTED + chance:
        return f"{share:.1%}, too wide"
    return f"{share:.1%}, as it should be"


def noise(true: float | None, given: float, estimated: float, fitted: bool = True) -> str:
    """Where each method has its noise from, all as standard deviations. fitted: whether the process
    has enough points to estimate its own.
    """
    source = "estimates {:.3f} from the points" if fitted else "keeps the {:.3f} it started with"
    said = (
        f"Dropout is given its noise, $1/\\sqrt{{\\tau}}$ = {given:.3f}, by $l$, "
        f"$\\lambda$, $p$ and $N$; the process {source.format(estimated)}."
    )
    if true is None:
        return said
    return f"The points of the curve were drawn with noise {true:g}. {said}"
