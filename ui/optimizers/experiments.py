"""The experiments below the animation: the fair race, momentum's map, the noise of updates, and
bias correction.
"""

import numpy as np
import pandas as pd
import streamlit as st

from core.optimizers import momentum, trajectories
from core.optimizers.rules import OPTIMIZERS
from ui.charts.drawing import draw
from ui.controls import widgets
from ui.jobs.follow import results
from ui.optimizers import still_charts as plots
from ui.optimizers.controls import BOWLS
from ui.optimizers.view import sweeps

LOW = 1e-12  # losses below are drawn here
HEIGHT = 380
FIRST = 50  # steps of the chart of bias correction
# Learning rate / (1 - beta) of the noise experiment: three quarters of what the bowl allows plain
# SGD
EFFECTIVE = 1.5
FAST = 4.0  # end of the map: no beta converges beyond it
# Condition number and noise of the experiments when the surface chosen has none
ORDINARY = 20.0, 1.0


def fair_race(race):
    """The sweep of learning rates: final loss of each, the best one marked."""
    found, _ = sweeps(race, key="opt_fair")
    if not found:
        return
    titles = tuple(OPTIMIZERS[s.optimizer].title for s in found)
    surface = race.settings.landscape()
    start = float(surface.value(np.array([race.settings.x, race.settings.y])) - surface.lowest)
    high = float(10.0 ** np.ceil(np.log10(max(start, 1e-6)) + 1))
    draw(st, plots.sweep, titles, LOW, high, rows=_sweep_rows(found, titles, high), height=HEIGHT)
    noise = ", through the same noise" if surface.noise else ""
    st.caption(
        f"Each optimizer starts from the same point and takes {race.settings.steps:,} steps"
        f"{noise}, with {len(found[0].rates)} learning rates "
        f"({sum(s.evaluations for s in found):,} "
        "gradients in all). Final loss: the mean over the last tenth of the steps, above the "
        "minimum. A line that breaks off has diverged or ends above the chart. **Look for:** how "
        "far apart the large marks lie, the best rates: the farther apart, the less fair is one "
        f"learning rate for all. {_apart(found, titles)} Then, how wide each valley is: in a wide "
        "one, a poor choice of the rate costs little."
    )
    st.dataframe(
        [_sweep_line(s, title) for s, title in zip(found, titles, strict=True)], hide_index=True
    )


def _apart(found, titles):
    """Whose best learning rates lie farthest apart, by which factor."""
    arrived = [
        (s.best, title)
        for s, title in zip(found, titles, strict=True)
        if np.isfinite(s.scores.min())
    ]
    if len(arrived) < 2:
        return ""
    (low, first), (high, last) = min(arrived), max(arrived)
    if high == low:
        return "Here the best rates are equal."
    return f"Here the best rate of {last} is {high / low:.3g} times that of {first}."


def _sweep_rows(found, titles, high):
    """Rows of the chart; what lies above it is left out, and the line breaks off there."""
    rows = [
        (title, lr, max(score, LOW) if score <= high else None, "tried")
        for s, title in zip(found, titles, strict=True)
        for lr, score in zip(s.rates, s.scores, strict=True)
    ]
    rows += [
        (title, s.best, max(s.scores.min(), LOW), "best")
        for s, title in zip(found, titles, strict=True)
        if s.scores.min() <= high
    ]
    return pd.DataFrame(rows, columns=["optimizer", "lr", "score", "kind"])


def _sweep_line(sweep, title):
    lowest = sweep.scores.min()
    return {
        "optimizer": title,
        "best learning rate": f"{sweep.best:.3g}"
        + (" (edge of the range tried)" if sweep.at_edge else ""),
        "final loss there": f"{lowest:.2e}" if np.isfinite(lowest) else "diverges everywhere",
        "rates that end within ten times that loss": int(
            (sweep.scores <= 10 * max(lowest, LOW)).sum()
        ),
    }


def rate_map(race):
    """How fast momentum converges on the bowl for every learning rate and beta, measured, under the
    lines of theory.
    """
    condition = race.settings.condition if race.settings.surface in BOWLS else ORDINARY[0]
    found, complete = results(
        "Measuring rates", "core.optimizers.momentum:rate_map", condition, key="opt_map"
    )
    if complete:
        _rate_map(race, condition, found[-1])


def _rate_map(race, condition, found):
    lr, beta, rate = momentum.best(found.curvatures)
    points = [(lr, beta, "★")]
    if marked := race.lr is not None and race.lr <= FAST:
        points.append((race.lr, race.settings.beta, "✕"))
    marks = pd.DataFrame(points, columns=["lr", "beta", "name"]).assign(kind="point")
    draw(
        st,
        plots.rates,
        float(np.diff(found.lrs)[0]),
        float(np.diff(found.betas)[0]),
        FAST,
        round(min(0.9, rate - 0.05), 1),
        rows=pd.concat([_cells(found), *_theory(found), marks]),
        height=HEIGHT + 120,
    )
    st.caption(
        f"The bowl of condition number {condition:g}. Color: the rate, by which the distance to "
        f"the minimum is multiplied in each step, measured by running momentum for "
        f"{momentum.MEASURED} steps; gray: it diverges. Lines: theory, from the roots of "
        "z² − (1 + β − lr·h) z + β for both curvatures h; measured rates differ from it by "
        f"{np.abs(found.measured - found.theory).max():.3f} at most. ★ best: lr {lr:.3f}, β "
        f"{beta:.3f}, rate {rate:.3f}; without momentum the best rate is "
        f"{(condition - 1) / (condition + 1):.3f}."
        + (" ✕ your setting." if marked else "")
        + " **Look for:** with larger β the limit moves to the right, so larger learning rates "
        "are allowed. The best place is where both directions are critically damped at once."
    )


def _cells(found):
    lr, beta = np.meshgrid(found.lrs, found.betas)
    return pd.DataFrame(
        {
            "lr": lr.ravel(),
            "beta": beta.ravel(),
            "rate": found.measured.ravel(),
            "theory": found.theory.ravel(),
            "kind": "cell",
        }
    )


def _theory(found):
    flat, steep = sorted(found.curvatures)
    along = np.linspace(0, FAST, 161)
    curves = (
        (momentum.limit(found.betas, found.curvatures), found.betas),
        (along, momentum.critical(along, steep)),
        (along, momentum.critical(along, flat)),
    )
    return [
        pd.DataFrame({"lr": lr, "beta": beta, "kind": kind})
        for kind, (lr, beta) in zip(plots.LINES, curves, strict=True)
    ]


def noise(race):
    """Variance of momentum's updates against beta on the noisy bowl, and what it costs."""
    s = race.settings
    condition, level = (
        (s.condition, s.noise or ORDINARY[1]) if s.surface == "noisy bowl" else ORDINARY
    )
    found, complete = results(
        "Measuring the noise of updates",
        "core.optimizers.momentum:spread",
        condition,
        level,
        (-4.0, 2.0),
        EFFECTIVE,
        s.seed,
        key="opt_noise",
    )
    if complete:
        _noise(condition, level, found[-1])


def _noise(condition, level, found):
    rows = pd.DataFrame(
        {
            "beta": found.betas,
            "variance": found.variance,
            "expected": momentum.variance_ratio(found.betas),
            "angle": found.angle,
            "circular": found.circular,
            "loss": found.loss,
            "floor": momentum.floor(
                EFFECTIVE * (1 - found.betas), found.betas, (1 / condition, 1.0), level
            ),
        }
    )
    nine = int(np.flatnonzero(found.betas == 0.9)[0])
    told = (
        (
            "variance of the update (gradient: 1)",
            "variance",
            "expected",
            "Variance of (1 − β) v, compared with that of one gradient, while the point is held "
            "still. Line: theory, (1 − β) / (1 + β).",
        ),
        (
            "degrees off the true direction",
            "angle",
            None,
            "Mean angle between the update and the true gradient, at (−4, 2). Circular variance "
            f"of the direction: {found.circular[0]:.3f} at β = 0, {found.circular[nine]:.4f} at "
            "β = 0.9.",
        ),
        (
            "loss above minimum in the long run",
            "loss",
            "floor",
            f"At equal pace, lr / (1 − β) = {EFFECTIVE:g}. Line: theory, from the stationary "
            "covariance of (w, v).",
        ),
    )
    for column, (title, measured, theory, caption) in zip(st.columns(3), told, strict=True):
        with column:
            draw(st, plots.spread, title, measured, theory, rows=rows, height=300)
            st.caption(caption)
    st.caption(
        f"The noisy bowl of condition number {condition:g} with noise {level:g}. **Look for:** at "
        "β = 0.9 the update has 1/19 of the variance of a single gradient. Its direction is "
        f"{found.angle[nine]:.0f}° off the true one on average, and {found.angle[0]:.0f}° without "
        "momentum. "
        f"At equal pace, lr / (1 − β) = {EFFECTIVE:g}, the loss in the long run is "
        f"{found.loss[nine]:.3g} with β = 0.9; without momentum it is {found.loss[0]:.3g}, "
        f"{found.loss[0] / found.loss[nine]:.1f} times as high. At a small pace, plain SGD "
        "averages over its own steps, and the gain shrinks to nothing. At the same learning rate "
        "(below "
        "1 + β) momentum has the larger pace, and its loss in the long run is the higher one."
    )


def bias_correction(race):
    """Adam's first steps with and without bias correction."""
    steps, s = min(FIRST, race.settings.steps), race.settings
    corrected, plain = trajectories.first_steps(s.beta, s.beta2, steps)
    if not (np.isfinite(corrected).all() and np.isfinite(plain).all()):
        st.info(
            "With β₁ = 1 or β₂ = 1 no gradient ever enters the running means: 1 − βᵗ is 0, and the "
            "corrected step is not a number."
        )
        return
    rows = pd.DataFrame(
        {
            "step": [*range(1, steps + 1)] * 2,
            "length": [*corrected, *plain],
            "line": ["with bias correction"] * steps + ["without"] * steps,
        }
    )
    draw(st, plots.first_steps, steps, rows=rows, height=HEIGHT)
    st.caption(
        f"The gradient is the same in every step, so the right length is 1. β₁ = {s.beta:g}, β₂ = "
        f"{s.beta2:g}. **Look for:** m and v both start at zero. After one step m is (1 − β₁) = "
        f"{1 - s.beta:.3g} of the gradient, and √v is √(1 − β₂) = "
        f"{np.sqrt(1 - s.beta2):.3g} of it. Without the correction, the first step is "
        f"{plain[0]:.2f} times the learning rate, and the longest of these {steps} steps "
        f"{plain.max():.2f} times. To see it in the picture above, choose Adam and switch the "
        "correction off under More settings."
    )


SECTIONS = {
    "race": ("Fair race", fair_race),
    "map": ("Momentum's map", rate_map),
    "noise": ("Why low variance helps", noise),
    "bias": ("Bias correction", bias_correction),
}


def show(race):
    """Draw the experiment that the reader has chosen."""
    chosen = widgets.segments("opt_more")
    SECTIONS[chosen][1](race)
