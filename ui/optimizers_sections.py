"""The experiments below the animation: the fair race, momentum's map, the noise of updates, and bias correction."""
import numpy as np
import pandas as pd
import streamlit as st

from core import momentum, trajectories
from core.optimizers import OPTIMIZERS
from ui import optimizers_plots as plots
from ui.charts import draw
from ui.optimizers_controls import BOWLS
from ui.waiting import computed

LOW = 1e-12             # losses below are drawn here
HEIGHT = 380
FIRST = 50              # steps of the chart of bias correction
EFFECTIVE = 1.5         # learning rate / (1 - beta) of the noise experiment: three quarters of what the bowl allows plain SGD


def fair_race(race):
    """The sweep of learning rates: final loss of each, the best one marked."""
    found = computed("Trying learning rates", "core.trajectories:sweep", race.settings, race.names)
    titles = tuple(OPTIMIZERS[s.optimizer].title for s in found)
    surface = race.settings.landscape()
    start = float(surface.value(np.array([race.settings.x, race.settings.y])) - surface.lowest)
    high = 10.0 ** np.ceil(np.log10(max(start, 1e-6)) + 1)
    rows = pd.DataFrame([(title, lr, max(score, LOW) if score <= high else None, "tried") for s, title in zip(found, titles, strict=True)
                         for lr, score in zip(s.rates, s.scores, strict=True)]
                        + [(title, s.best, max(s.scores.min(), LOW), "best") for s, title in zip(found, titles, strict=True)
                           if s.scores.min() <= high], columns=["optimizer", "lr", "score", "kind"])
    draw(st, plots.sweep, titles, LOW, float(high), rows=rows, height=HEIGHT)
    evaluations = sum(s.evaluations for s in found)
    st.caption(f"Each optimizer from the same start, through the same noise, for {race.settings.steps:,} steps, with {len(found[0].rates)} "
               f"learning rates: {evaluations:,} evaluations of the gradient in all. Final loss: the mean over the last tenth of the "
               f"steps. A line that breaks off has diverged. **Look for:** large marks, the best of each, that lie far apart: at one "
               "learning rate for all, somebody loses who need not. And wide valleys: their owner forgives a bad guess.")
    st.dataframe([{"optimizer": title, "best learning rate": f"{s.best:.3g}" + (" (edge of the range tried)" if s.at_edge else ""),
                   "final loss there": f"{s.scores.min():.2e}" if np.isfinite(s.scores.min()) else "diverges everywhere",
                   "learning rates within ten times of that loss": int((s.scores <= 10 * max(s.scores.min(), LOW)).sum())}
                  for s, title in zip(found, titles, strict=True)], hide_index=True)


def rate_map(race):
    """The rate of momentum on the bowl for every learning rate and beta, measured, under the lines of theory."""
    condition = race.settings.condition if race.settings.surface in BOWLS else 20.0
    found = computed("Measuring rates", "core.momentum:rate_map", condition)[-1]
    lr, beta = np.meshgrid(found.lrs, found.betas)
    cells = pd.DataFrame({"lr": lr.ravel(), "beta": beta.ravel(), "rate": found.measured.ravel(), "theory": found.theory.ravel(),
                          "kind": "cell"})
    flat, steep = sorted(found.curvatures)
    best_lr, best_beta, best_rate = momentum.best(found.curvatures)
    along = np.linspace(0, 4, 161)
    limit = found.betas
    lines = [pd.DataFrame({"lr": x, "beta": y, "kind": kind}) for kind, (x, y) in zip(plots.LINES, (
        (momentum.limit(limit, found.curvatures), limit), (along, momentum.critical(along, steep)),
        (along, momentum.critical(along, flat))), strict=True)]
    points = [(best_lr, best_beta, "★")] + ([(race.lr, race.settings.beta, "✕")] if race.lr and race.lr <= 4 else [])
    marks = pd.DataFrame(points, columns=["lr", "beta", "name"]).assign(kind="point")
    draw(st, plots.rates, float(found.lrs[1] - found.lrs[0]), float(found.betas[1] - found.betas[0]), 4.0,
         round(min(0.9, best_rate - 0.05), 1),
         rows=pd.concat([cells, *lines, marks]), height=HEIGHT + 120)
    off = np.abs(found.measured - found.theory).max()
    st.caption(f"The bowl of condition number {condition:g}. Color: by which factor the distance to the minimum shrinks in each step, "
               f"measured by running momentum ({momentum.MEASURED} steps); grey diverges. Lines: theory, the roots of "
               f"z² − (1 + β − lr·h) z + β for both curvatures h. Largest difference between measured and theory: {off:.3f}. "
               f"★ best: lr {best_lr:.3f}, β {best_beta:.3f}, rate {best_rate:.3f} (without momentum at best "
               f"{(condition - 1) / (condition + 1):.3f}). ✕ your setting. **Look for:** momentum widens what is allowed: with larger β "
               "the limit moves to the right, and the best place is where both directions are critically damped at once.")


def noise(race):
    """Variance of momentum's updates against beta on the noisy bowl, and what it costs."""
    s = race.settings
    condition, level = (s.condition, s.noise or 1.0) if s.surface == "noisy bowl" else (20.0, 1.0)
    found = computed("Measuring the noise of updates", "core.momentum:spread", condition, level, (-4.0, 2.0), EFFECTIVE, s.seed)[-1]
    rows = pd.DataFrame({"beta": found.betas, "variance": found.variance, "expected": momentum.variance_ratio(found.betas),
                         "angle": found.angle, "loss": found.loss, "circular": found.circular,
                         "floor": momentum.floor(EFFECTIVE * (1 - found.betas), found.betas, (1 / condition, 1.0), level)})
    columns = st.columns(3)
    for column, (title, measured, theory, told) in zip(columns, (
            ("variance of the update / of one gradient", "variance", "expected",
             "Variance of (1 − β) v while the point is held still. Line: (1 − β) / (1 + β)."),
            ("degrees off the true direction", "angle", None,
             "Mean angle between the update and the true gradient, at the start (−4, 2). Circular variance of the direction: "
             f"{found.circular[0]:.3f} at β = 0, {found.circular[9]:.4f} at β = 0.9."),
            ("loss above minimum, in the long run", "loss", "floor",
             f"At equal pace, lr / (1 − β) = {EFFECTIVE:g}. Line: theory, the stationary covariance of (w, v).")), strict=True):
        with column:
            draw(st, plots.spread, title, measured, theory, rows=rows, height=300)
            st.caption(told)
    gain = found.loss[0] / found.loss[9]
    st.caption(f"**Look for:** at β = 0.9 the update has 1/19 of the variance of a single gradient, and points the right way. That is why low "
               f"variance helps: at the same pace the optimizer trembles less, {found.loss[9]:.2f} instead of {found.loss[0]:.2f} here, "
               f"{gain:.1f} times lower. It is no free lunch: with a small pace plain SGD averages over its own steps and the gain "
               "shrinks to nothing; momentum earns its keep where the learning rate is large.")


def bias_correction(race):
    """Adam's first steps with and without bias correction."""
    steps = min(FIRST, race.settings.steps)
    corrected, plain = trajectories.first_steps(race.settings.beta, race.settings.beta2, steps)
    rows = pd.DataFrame({"step": [*range(1, steps + 1)] * 2, "length": [*corrected, *plain],
                         "line": ["with bias correction"] * steps + ["without"] * steps})
    draw(st, plots.first_steps, steps, rows=rows, height=HEIGHT)
    if not np.isfinite(plain).all() or not np.isfinite(corrected).all():
        st.info("With β₁ = 1 or β₂ = 1 the means never take in a gradient: 1 − βᵗ is 0 and the corrected step is not a number.")
    st.caption(f"A gradient that stays the same, so that the right length is 1. β₁ = {race.settings.beta:g}, β₂ = {race.settings.beta2:g}. "
               f"**Look for:** m and v both start at zero, but √v grows more slowly: without correction the first step is "
               f"{plain[0]:.2f} and the largest {np.nanmax(plain):.2f} times the learning rate. Switch the correction off under More settings "
               "and watch Adam's first steps above.")


SECTIONS = {"race": ("Fair race", fair_race), "map": ("Momentum's map", rate_map), "noise": ("Why low variance helps", noise),
            "bias": ("Bias correction", bias_correction)}


def show(race):
    """Draw the experiment that the reader has chosen."""
    chosen = st.segmented_control("Experiments", list(SECTIONS), default="race", required=True, key="opt_more", bind="query-params",
                                  format_func=lambda name: SECTIONS[name][0])
    SECTIONS[chosen][1](race)
