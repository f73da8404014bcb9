"""Dropout as a Bayesian approximation: points, passes, and a Gaussian process."""

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UserError
from core.networks import datasets, uncertainty
from ui.charts import drawing
from ui.controls import address, widgets
from ui.controls.network_table import OWN
from ui.dropout import captions, uncertainty_charts
from ui.jobs.follow import follow
from ui.player import player

HEIGHT = 430
GRID = np.linspace(-datasets.EDGE, datasets.EDGE, 161)
FRAMES, HELD_OUT, MOST = 24, 400, 200
# A place closer to a point than the first is near it; further than the second, it is in a gap
NEAR, FAR = 0.25, 0.5
THEORY = r"""
Gal and Ghahramani (2016): training on $\frac{1}{2N}\sum_i (y_i - f(x_i))^2 + \lambda \lVert W
\rVert^2$ with dropout is variational inference for a deep Gaussian process with

$$\tau = \frac{p_\text{keep}\, l^2}{2 N \lambda}, \qquad
\mathrm{Var}[y] \approx \tau^{-1} + \frac{1}{T-1}\sum_{t=1}^{T} \bigl(\hat y_t(x) - \bar
y(x)\bigr)^2 .$$

Both terms are **variances**: adding $\tau^{-1}$ to the standard deviation, as some demonstrations
do, gives another band. It is an **approximation**, and a rough one: its posterior is made of masks
at one fixed rate $p$, so its width depends on $p$ and on the size of the network, not only on the
points, and it need not grow where there are none: Djupskås, Stasik and Riemer-Sørensen
([arXiv 2512.14851](https://arxiv.org/abs/2512.14851)) find in their experiments that MC dropout
misses the increase of uncertainty between and beyond the points that a Gaussian process and
Bayesian networks show. The derivation has masks of 0 and 1. Behind an inverted mask the same
function has weights $p_\text{keep}$ times as large, which $\lambda$ penalizes $p_\text{keep}^2$
times as much; for those layers $\tau$ is too small by a factor of $1 / p_\text{keep}^2$: 1.23, 4
and 100 for $p$ = 0.1, 0.5 and 0.9.
The Gaussian process takes its length scale and noise from the points, by maximum likelihood; it is
exact for its own assumptions, and wrong where those are.
"""


def show():
    """Points, sliders, the animation of the passes, the Gaussian process, and how many held-out
    points each band holds.
    """
    curve, lesson, length, T = _controls()
    tau = uncertainty.precision(lesson.p, length, len(lesson.x), lesson.decay)
    held_out = datasets.held_out(curve.name, HELD_OUT, lesson.seed) if curve else {}
    at = {"grid": GRID} | {region: x for region, (x, _) in held_out.items()}
    # One fit answers for all places
    places = tuple(np.concatenate(list(at.values())).tolist())
    items, complete = follow(
        {
            "net": ("core.networks.uncertainty:learn", lesson),
            "process": ("core.networks.uncertainty:process", lesson.x, lesson.y, places),
        },
        key="drop_learn",
        said="Training the network and fitting the process",
    )
    if complete:
        process = items["process"][-1]
        ends = np.cumsum([len(x) for x in at.values()])[:-1]
        said = zip(np.split(process.mean, ends), np.split(process.half, ends), strict=True)
        said = dict(zip(at, said, strict=True))
        _show(items["net"][-1], process, said, held_out, curve, lesson, tau, T)


def _controls():
    one, two, three, four, five = st.columns(5, gap="medium", vertical_alignment="bottom")
    name = widgets.menu("drop_curve", one)
    p, lam = (
        widgets.slider("drop_mc_p", two),
        widgets.ladder("drop_lambda", three),
    )
    length = widgets.slider(
        "drop_length",
        four,
    )
    T = widgets.slider("drop_T", five)
    with st.expander("Points of your own, and more settings"):
        own, count, seed = _own_points(name)
    x, y = (
        datasets.draw_curve(name, count, seed)
        if name in datasets.CURVES
        else (np.zeros(0), np.zeros(0))
    )
    x, y = np.array([*x, *(a for a, _ in own)]), np.array([*y, *(b for _, b in own)])
    lesson = uncertainty.Lesson(tuple(x.tolist()), tuple(y.tolist()), p, lam, seed)
    if not len(x):
        raise UserError(
            "There is no point to learn from yet: open “Points of your own” and add one, or "
            "choose a curve."
        )
    return datasets.CURVES.get(name), lesson, length, T


def _own_points(name):
    left, right = st.columns(2, gap="large")
    with right:
        count = widgets.slider("drop_n") if name != OWN else 0
        seed = widgets.slider("drop_seed")
        text = widgets.text("drop_points")
    own = parse(text)
    with left:
        st.caption(
            "Click in the left picture to add a point, or edit this table. Rows can be selected "
            "and "
            "deleted."
        )
        rows = {"x": [a for a, _ in own], "y": [b for _, b in own]}
        edited = st.data_editor(
            rows,
            num_rows="dynamic",
            key=f"drop_table {text}",
            height=180,
            column_config={
                name: st.column_config.NumberColumn(min_value=-edge, max_value=edge, required=True)
                for name, edge in (("x", datasets.EDGE), ("y", uncertainty_charts.TOP))
            },
        )
    kept = [
        (a, b)
        for a, b in zip(edited["x"], edited["y"], strict=True)
        if a is not None and b is not None
    ]
    if kept != own:
        _set_points(kept)
    return own, count, seed


def parse(text):
    """Points (x, y) from "x y; x y"; UserError names the part that is not one."""
    points = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        try:
            x, y = (float(number) for number in part.split())
        except ValueError:
            raise UserError(
                f"“{part}” is not a point: write two numbers with a space between, and a "
                "semicolon between points."
            ) from None
        if not (abs(x) <= datasets.EDGE and abs(y) <= uncertainty_charts.TOP):
            raise UserError(
                f"The point {x:g} {y:g} is outside the picture: x from {-datasets.EDGE:g} to "
                f"{datasets.EDGE:g}, y from {-uncertainty_charts.TOP:g} to "
                f"{uncertainty_charts.TOP:g}."
            )
        points.append((x, y))
    if len(points) > MOST:
        raise UserError(f"These are {len(points)} points; at most {MOST} can be used.")
    return points


def _set_points(points):
    address.put(drop_points="; ".join(f"{x:.3g} {y:.3g}" for x, y in points))
    st.rerun()


def _show(learned, process, said, held_out, curve, lesson, tau, T):
    found = uncertainty.passes(learned.w, GRID, lesson.p, T, np.random.default_rng(lesson.seed))
    mean, half = said["grid"]
    left, right = st.columns(2, gap="large")
    with left:
        _animation(found, curve, lesson, tau, T)
    with right:
        st.markdown("**Gaussian process** of scikit-learn on the same points")
        frame = _static(curve, lesson) | _frame(lesson, mean, half, half)
        rows = pd.DataFrame(frame)
        drawing.draw(st, uncertainty_charts.process, rows=rows, height=HEIGHT - 64)
        fitted = len(lesson.x) >= uncertainty.FITTED
        st.caption(
            f"{'Fitted to the points' if fitted else 'Not fitted'}: length scale "
            f"{process.reach:.2f}, height "
            f"{process.height:.2f}, noise {process.noise:.3f} (standard deviations)."
        )
    _say(found, lesson, tau, T)
    if lesson.p:
        true = curve.noise if curve and len(lesson.x) else None
        given = 0.0 if np.isinf(tau) else tau**-0.5
        st.caption(captions.noise(true, given, process.noise, fitted))
    halves = {"MC dropout": uncertainty.band(found, tau, lesson.p), "Gaussian process": half}
    left, right = st.columns(2, gap="large")
    with left:
        _widths(halves, lesson)
    with right:
        _judge(learned, said, held_out, lesson, tau, T)
    with st.expander("What is approximated, and how well"):
        st.markdown(THEORY)


def _static(curve, lesson):
    n, places = len(lesson.x), GRID
    truth = curve.function(places).tolist() if curve else [None] * len(places)
    return {
        "kind": ["grid"] * len(places) + ["point"] * n,
        "x": [*places, *lesson.x],
        "truth": truth + [None] * n,
    }


def _frame(lesson, mean, half, inner):
    pad = [None] * len(lesson.x)
    return {
        "y": [*mean, *lesson.y],
        "low": [*(mean - half), *pad],
        "high": [*(mean + half), *pad],
        "inner_low": [*(mean - inner), *pad],
        "inner_high": [*(mean + inner), *pad],
    }


def _animation(found, curve, lesson, tau, T):
    counts = np.unique(np.geomspace(1, T, FRAMES).round().astype(int)).tolist()
    frames = []
    for count in counts:
        part = uncertainty.after(found, count)
        half = uncertainty.band(part, tau, lesson.p)
        inner = uncertainty.WITHIN_95 * np.sqrt(part.variance)
        frames.append(
            {
                **_frame(lesson, part.mean, half, inner),
                "newest": [*part.each[-1], *[None] * len(lesson.x)],
            }
        )
    st.markdown(f"**MC dropout**: {T} passes with dropout left on")
    animation = player.animation(
        drawing.spec(uncertainty_charts.passes_animation),
        key="drop_passes",
        alt="Mean and band of the passes so far over x, the newest pass, and the points.",
        frames=frames,
        static=_static(curve, lesson),
        height=HEIGHT,
        run=str(hash(lesson)),
        labels=[f"{count} passes" for count in counts],
        seconds=8,
        autoplay=True,
        on_pick=address.hear,
    )
    if (
        animation.picked
        and animation.picked.get("x") is not None
        and animation.picked != st.session_state.get("drop picked")
    ):
        st.session_state["drop picked"] = animation.picked
        x = float(np.clip(animation.picked["x"], -datasets.EDGE, datasets.EDGE))
        y = float(np.clip(animation.picked["y"], -uncertainty_charts.TOP, uncertainty_charts.TOP))
        _set_points([*parse(address.value("drop_points")), (x, y)])
    st.caption(
        "Blue: mean and 95% band, darker the part that comes from the passes; pink: the newest "
        "pass; dots: the points"
        + ("; dotted: the function behind them" if curve else "")
        + ". **Click to add a point. Look for:** whether the band widens where there are no points."
    )


def _say(found, lesson, tau, T):
    noise = f"{tau**-0.5:.3f}" if np.isfinite(tau) else "0"
    value = f"{tau:.3g}" if np.isfinite(tau) else "∞"
    st.markdown(
        rf"$\tau = p_\text{{keep}}\, l^2 / (2 N \lambda)$ = **{value}** with $N$ = {len(lesson.x)} "
        rf"points and $p_\text{{keep}}$ = {1 - lesson.p:.2f}: noise with standard deviation "
        rf"$1/\sqrt{{\tau}}$ = {noise}; the passes add "
        f"{np.sqrt(found.variance.mean()):.3f} on average."
    )
    if lesson.p == 0:
        st.info(
            "p = 0: all passes are the same, so there is no sample variance and no band.",
            icon=":material/info:",
        )
    elif T == 1:
        st.info(
            "T = 1: one pass has no variance; the band is the noise 1/τ alone"
            + (", which is 0 with λ = 0" if lesson.decay == 0 else "")
            + ". Raise T.",
            icon=":material/info:",
        )
    if lesson.decay == 0 and lesson.p and T > 1:
        st.info(
            "λ = 0: τ is infinite, so the model assumes no noise, and the band comes from the "
            "passes "
            "alone.",
            icon=":material/info:",
        )
    if len(lesson.x) < uncertainty.FITTED:
        st.info(
            "One point or two say little about a function; the process keeps the length scale, "
            "height and noise that it started with.",
            icon=":material/info:",
        )


def _widths(halves, lesson):
    rows = uncertainty_charts.width_rows(GRID, halves, lesson.x)
    drawing.draw(st, uncertainty_charts.widths, rows=rows, height=300)
    near, beyond = _regions(np.array(lesson.x))
    mean = {
        place: {name: float(half[at].mean()) for name, half in halves.items()}
        for place, at in ({"near": near} | beyond).items()
    }
    st.caption(captions.widths(mean.pop("near"), mean))


def _regions(points):
    """Which places of GRID are near a point, and which are in a gap or outside: far from all."""
    away = np.abs(GRID[:, None] - points).min(1)
    between = (points.min() < GRID) & (points.max() > GRID)
    far = {"in gaps": (away > FAR) & between, "outside": (away > FAR) & ~between}
    return away <= NEAR, {name: at for name, at in far.items() if at.any()}


def _judge(learned, said, held_out, lesson, tau, T):
    st.markdown("**Held-out points within the 95% band** (95% would be right)")
    if not held_out:
        st.info(
            "The function behind your own points is not known, so no points can be held out. "
            "Choose "
            "a curve to see how many its bands hold."
        )
        return
    rows, found = [], {}
    for region, (x, y) in held_out.items():
        rng = np.random.default_rng(lesson.seed)
        drawn = uncertainty.passes(learned.w, x, lesson.p, T, rng)
        half = uncertainty.band(drawn, tau, lesson.p)
        mean, gp = said[region]
        found[region] = {
            "dropout": uncertainty.coverage(y, drawn.mean, half),
            "process": uncertainty.coverage(y, mean, gp),
        }
        rows.append(
            {
                "where": region,
                **{name: f"{share:.1%}" for name, share in found[region].items()},
            }
        )
    st.dataframe(rows, hide_index=True)
    st.caption(captions.coverage(found, HELD_OUT))
