"""Sentences of the page about weight decay, chosen by what its charts and tables show."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.networks import decay_surface, weight_decay
from core.networks.decay_training import DECAY_FORMS
from core.networks.weight_decay import LAMBDAS, SIZES, Basin, Data, Moment, Size
from ui.weight_decay.charts import TOPS

SEEN = 0.005  # nats: a smaller difference is not seen in the chart
ROUNDING = 1e-3  # share of the gradient's noise
NEAR = 0.05  # weights so close to zero are counted as the pile there
DIVERGED = 100  # a path that ends so far away, or at such a multiple of the minimum
ARRIVED = 0.12  # of the minimum: a path that ends no farther away has arrived
EXACT = "L2 minimum (exact)"  # in the table of the paths
# Loshchilov and Hutter (2019), section 4.2, on their figure 2
IN_THE_PAPER = {
    "adam_l2": "coupled",
    "adamw": "largely decoupled",
    "adamw_torch": "not tested",
    "sgd_l2": "a diagonal",
    "sgdw": "more separable",
}
# A number that is not there yet, as wide as one that is: a sentence that becomes longer pushes down
# what is below it
COMING = "…" + 4 * "\N{FIGURE SPACE}"
PAIRS = ("adam_l2", "adamw"), ("sgd_l2", "sgdw")


def layers(hidden: Sequence[int]) -> str:
    """The hidden layers of a network, by their units."""
    some = "hidden layers" if len(hidden) > 1 else "a hidden layer"
    return f"{some} of {' and '.join(map(str, hidden))}"


def by_lambda(data: Data, last: Moment | None = None) -> str:
    """The losses against lambda; last: the final Moment, once it is there."""
    said = (
        f"{_counted(data.size, 'sample')}, {_counted(data.seeds, 'seed')}: lines are means, bands "
        "reach from the lowest seed to the highest; losses above "
        f"{TOPS[data.source]:g} are drawn at the top. **Look for:** where each curve is lowest."
    )
    if last is None:
        return said + (
            f" Training loss is lowest at λ = {COMING}, validation loss at λ = {COMING}; at the "
            "end, whether L2 helps here."
        )
    train, judged = (
        np.nan_to_num(losses.mean(1), nan=np.inf) for losses in (last.train, last.validation)
    )
    best = int(judged.argmin())
    gain = judged[0] - judged[best]
    said += (
        f" Training loss is lowest at λ = {LAMBDAS[int(train.argmin())]:.2g}, validation loss at "
        f"λ = {LAMBDAS[best]:.2g}"
    )
    if gain <= SEEN:
        return f"{said}: L2 does not help here."
    return f"{said}, {gain:.3f} nats below that without L2: L2 helps here."


def by_size(chosen: float, found: Sequence[Size] = ()) -> str:
    """The losses against the number of samples; found: the Sizes, once they are there."""
    said = f"λ = {chosen:.2g} against no L2. **Look for:** for how many samples L2 helps."
    gains = {s.size: f"{s.validation[0].mean() - s.validation[1].mean():+.3f}" for s in found}
    told = (f"{gains.get(size, COMING)} ({size})" for size in SIZES)
    return said + (
        " Validation loss without L2 minus that with it, in nats (samples): "
        f"{', '.join(told)}. Above zero, L2 helps."
    )


def sure(without: NDArray, given: NDArray, decay: float) -> str:
    """How sure the networks without L2 and with it are; both: chances of class 1 over the plane."""
    sure, less = (np.maximum(chance, 1 - chance).mean() for chance in (without, given))
    return (
        "Probability of the likelier class, on average over the plane: "
        f"{sure:.0%} without L2, {less:.0%} with λ = {decay:.2g}."
    )


def noise(before: float, after: float) -> str:
    """What adding L2's term does to the noise of the gradient."""
    if abs(after - before) <= ROUNDING * before:
        return "unchanged by λ w"
    return f"{after - before:+.3g} by λ w"


def answer(last: Moment, k: int, again: float) -> str:
    """Whether L2 adds noise, makes the data harder to learn, and helps; k: the place of λ."""
    harder, helps = (
        last.train[k].mean() > last.train[0].mean(),
        last.validation[k].mean() < last.validation[0].mean(),
    )
    return (
        "**No noise:** λ w is not random. It moves the gradients of all batches by the same "
        f"vector, and the same seed trained twice (with λ = {LAMBDAS[-1]:g}) ends in weights that "
        f"differ by {again:g}. "
        + (
            "**Harder, yes:** L2 pulls each weight towards zero (histogram below), and the "
            "weights it leaves fit the training samples less closely. "
            if harder
            else "**Not even harder here:** L2 pulls the weights towards zero, but they fit the "
            "training samples as closely. "
        )
        + (
            "**That helps here:** the loss on samples not seen in training is lower."
            if helps
            else "**It does not help here:** the loss on samples not seen in training is not "
            "lower. Try fewer samples or a smaller λ."
        )
    )


def only(count: int, seeds: int) -> str:
    """What samples of a single class can show; count: the seeds that drew such ones."""
    return (
        f"For {count} of {seeds} seeds all samples belong to one class: they cannot show where "
        "another one begins, with L2 or without."
    )


def pile(last: Moment, k: int) -> str:
    """The share of the weights near zero, without L2 and with it."""
    edges = weight_decay.BINS
    near = (edges[:-1] >= -NEAR - 1e-9) & (edges[1:] <= NEAR + 1e-9)
    without, given = (last.weights[row][near].sum() for row in (0, k))
    return (
        f"Weights between −{NEAR:g} and {NEAR:g} at step {last.step}: {without:.0%} without L2, "
        f"{given:.0%} with λ = {LAMBDAS[k]:.2g}."
    )


def growth(moments: Sequence[Moment], k: int) -> str:
    """How much the norm has changed over the last third of the steps, without L2 and with it."""
    last = moments[-1]
    earlier = next(m for m in moments if m.step >= 2 * last.step / 3)
    without, given = (last.norm[row].mean() / earlier.norm[row].mean() - 1 for row in (0, k))
    return (
        f"From step {earlier.step} to {last.step}: {without:+.1%} without L2, {given:+.1%} with "
        f"λ = {LAMBDAS[k]:.2g}."
    )


def ends(tracks: Mapping[str, NDArray], minimum: NDArray) -> str:
    """How far from the minimum with L2 each path ends; tracks: {way: (points, 2)}."""
    far = {
        DECAY_FORMS[name].title: np.linalg.norm(track[-1] - minimum)
        for name, track in tracks.items()
    }
    said = (
        f"{title} {distance:.2f}" if distance < DIVERGED else f"{title} diverged"
        for title, distance in far.items()
    )
    return f"Distance from it at the end: {', '.join(said)}."


def paths(kept: Mapping[str, NDArray], decay: float) -> str:
    """Why coupled and decoupled decay end in different places; kept: {title: shares of the two
    weights that are left}.
    """
    coupled, decoupled = kept["Adam + L2"], kept["AdamW (PyTorch)"]
    if not (
        np.isfinite([coupled, decoupled]).all()
        and max(np.abs(coupled).max(), np.abs(decoupled).max()) < DIVERGED
    ):
        return "At least one path diverged: its learning rate is too high for this surface."
    if not decay:
        wild = any(np.abs(share).max() >= DIVERGED for share in kept.values())
        every = "every way that does not diverge" if wild else "every way"
        return f"With λ = 0 nothing decays, and {every} heads for the minimum itself."
    exact = kept[EXACT]
    if np.abs(coupled - exact).max() > ARRIVED:
        return (
            "Adam with L2 has not come to rest at its minimum: the learning rate is too low or too "
            f"high for {decay_surface.STEPS} steps. Another one shows where each way does."
        )
    return (
        f"**Adam + L2** leaves {coupled[0]:.0%} of the steep weight and {coupled[1]:.0%} of the "
        f"flat one; **AdamW (PyTorch)** leaves {decoupled[0]:.0%} and {decoupled[1]:.0%}. The "
        f"minimum with L2 is at {exact[0]:.0%} and {exact[1]:.0%}: along a direction of curvature "
        "h, L2 leaves h / (h + λ), which is more where the loss is steep. Adam does not move that "
        "place: it divides the gradient and the pull of L2 by the same √v̂, so they still cancel "
        "there. Decoupled decay is not divided: each step shrinks all weights by the same factor, "
        "and they rest where this balances Adam's step. AdamW (paper) does not multiply λ by the "
        "learning rate α, so the same λ pulls 1/α times as strongly."
    )


def paper(found: Mapping[str, Basin]) -> str:
    """What the paper says, and which of it came out here; found: {way: Basin}."""
    said = [
        "Loshchilov and Hutter (2019, figure 2) trained a residual network on CIFAR-10. With SGD "
        "and L2, the best settings lie on a diagonal; with Adam and L2, the shape of the map "
        "suggests that learning rate and λ are coupled. SGDW makes the two more separable, and "
        "AdamW largely decouples them. They tested the decay η λ w, not PyTorch's η α λ w."
    ]
    for coupled, decoupled in PAIRS:
        if coupled in found and decoupled in found:
            one, two = (abs(found[name].correlation) for name in (coupled, decoupled))
            said.append(
                f"Here {DECAY_FORMS[decoupled].title} is "
                f"{'more' if two < one else 'not more'} separable than "
                f"{DECAY_FORMS[coupled].title}: |correlation| {two:.2f} against {one:.2f}."
            )
    leaning = [
        DECAY_FORMS[name].title
        for name in ("adamw", "sgdw")
        if name in found and found[name].correlation > weight_decay.SEPARABLE
    ]
    if leaning:
        said.append(
            f"The basin of {' and '.join(leaning)} leans to the right. A likely reason: the longer "
            "such a small network trains, the less the start matters, and decoupled decay comes to "
            "rest where the optimizer's step, α times a direction, balances the pull λ w. That "
            "depends on the ratio λ / α alone. L2 is part of the loss: its minima do not depend on "
            "the learning rate."
        )
    return " ".join(said)


def _counted(n, name):
    return f"{n} {name}{'s' * (n > 1)}"
