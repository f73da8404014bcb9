"""Shows optimizers on a surface: the animation, its loss, and each step written out."""

from functools import lru_cache

import streamlit as st

from core.optimizers import surfaces, trajectories
from core.optimizers.rules import OPTIMIZERS
from ui.charts import contours
from ui.charts.drawing import spec
from ui.controls import widgets
from ui.controls.pages import OPTIMIZERS as PAGE
from ui.jobs.follow import results
from ui.optimizers import charts, frames
from ui.optimizers.charts import EVERYONE
from ui.optimizers.controls import start_here
from ui.player import page_export, player

HEIGHT, BELOW, BESIDE = 420, 170, 440  # pixels of the picture, of the loss, and of the story
SECONDS = 12  # duration at normal speed
ANIMATION = "opt_animation"  # key of the player


def show(race):
    """Run the race and show it; returns whether it came to its end."""
    if not race.names:
        st.info("Choose at least one optimizer in the sidebar, for example Momentum.")
        st.stop()
    surface = race.settings.landscape()
    paths, complete = run(race)
    if not paths:
        return False
    animation = frames.make(surface, paths, race.settings.steps)
    left, right = st.columns([5, 3], gap="medium")
    with right:
        shown, chosen = _switches(paths)
        told = next((p for p in paths if OPTIMIZERS[p.optimizer].title == chosen), paths[0])
        animations = _animations(race, surface, animation, told, charts.arrow_params(shown, chosen))
        player.animation(**animations[2], key="opt_story", follows=ANIMATION, run=_run(race))
        st.caption(
            "**Look for:** the numbers of the step that starts at the current position. Pause, and "
            "go step by step."
        )
    with left:
        player.animation(
            **animations[0],
            key=ANIMATION,
            run=_run(race),
            labels=animation.labels,
            seconds=SECONDS,
            autoplay=True,
            on_pick=_start_at_click,
        )
        player.animation(**animations[1], key="opt_losses", follows=ANIMATION, run=_run(race))
        _captions(race, surface, animation, paths)
    _downloads(race, surface, animation, animations, paths)
    return complete


def run(race):
    """A Path for each optimizer chosen, from the same start through the same noise, and whether
    all have arrived.
    """
    if race.lr is None:
        found, all_found = sweeps(race, key="opt_sweep")
        entries = tuple((sweep.optimizer, sweep.best) for sweep in found)
    else:
        entries, all_found = tuple((name, race.lr) for name in race.names), True
    paths, complete = results(
        "Running the optimizers",
        "core.optimizers.trajectories:race",
        race.settings,
        entries,
        key="opt_race",
    )
    return paths, complete and all_found


def sweeps(race, *, key):
    """A Sweep for each optimizer chosen, and whether all have arrived."""
    return results(
        "Trying learning rates",
        "core.optimizers.trajectories:sweep",
        race.settings,
        race.names,
        key=key,
    )


def _run(race):
    return str(hash(race))


def _switches(paths):
    titles = [OPTIMIZERS[path.optimizer].title for path in paths]
    shown = widgets.pills("opt_arrows")
    first = titles.index("Momentum") if "Momentum" in titles else 0
    chosen = widgets.menu("opt_told", options=[*titles, EVERYONE], default=titles[first])
    return shown, chosen


def _animations(race, surface, animation, told, arrows):
    """The three tied animations: the picture, the loss, the story."""
    titles = tuple(animation.static["optimizer"])
    story, lines = frames.tell(told, animation.steps)
    settings = race.settings
    picture = _contours(settings.surface, settings.condition, settings.noise)
    return (
        {
            "chart": spec(charts.race, surface.frame, surface.minima, titles),
            "frames": animation.frames,
            "static": animation.static,
            "height": HEIGHT,
            "params": {"picture": picture, **arrows},
        },
        {
            "chart": spec(
                charts.losses, titles, race.settings.steps, animation.low, animation.high
            ),
            "frames": animation.losses,
            "static": animation.static,
            "height": BELOW,
        },
        {"chart": spec(charts.story), "frames": lines, "static": story, "height": BESIDE},
    )


@lru_cache(maxsize=32)  # some 50 kB each, and a third of the time of a run
def _contours(*named):
    surface = surfaces.find(*named)
    return contours.picture(surface.value, surface.frame)


def _start_at_click():
    picked = st.session_state[ANIMATION].pick
    if picked and picked.get("x") is not None:
        start_here(picked["x"], picked["y"])


def _captions(race, surface, animation, paths):
    if any(path.ended for path in paths):
        st.markdown(
            ":orange-badge[diverged] " + " ".join(_why(path) for path in paths if path.ended)
        )
    thinned = f" One step in {animation.stride} is drawn." if animation.stride > 1 else ""
    st.caption(
        "Click the picture to start from that point. Stars mark the lowest points. The chart below "
        f"the picture shows the loss above the minimum.{thinned} **Look for:** {surface.look} "
        f"{_measured(surface, paths)} Learning rates: "
        f"{', '.join(f'{OPTIMIZERS[p.optimizer].title} {p.lr:.3g}' for p in paths)}."
    )


def _measured(surface, paths):
    """What the surface's record measures of each path."""
    said = (
        f"{OPTIMIZERS[p.optimizer].title} "
        + ("diverged" if p.ended else surface.say(p.positions[: p.last + 1]))
        for p in paths
    )
    return f"Measured, {surface.measured}: {', '.join(said)}."


def _why(path):
    title = OPTIMIZERS[path.optimizer].title
    if (
        path.ended == 1
        and path.hyper.get("bias_correction")
        and 1 in (path.hyper["beta1"], path.hyper["beta2"])
    ):
        return (
            f"{title} cannot take its first step: with β = 1 no gradient ever enters its running "
            "means, and 1 − βᵗ is 0."
        )
    if _never_divided(path.hyper):
        return (
            f"{title} diverged at step {path.ended:,}: with {_never_divided(path.hyper)} = 1 no "
            "squared gradient ever enters its running mean, which stays 0, so each step is divided "
            "by ε alone."
        )
    return (
        f"{title} diverged at step {path.ended:,}: its learning rate of {path.lr:.3g} is too "
        "high here."
    )


def _never_divided(hyper):
    """The hyperparameter that keeps the running mean of squared gradients at 0, or ""."""
    if hyper.get("rho") == 1:
        return "ρ"
    return "β₂" if hyper.get("beta2") == 1 and not hyper["bias_correction"] else ""


def _downloads(race, surface, animation, animations, paths):
    offline, table, _ = st.columns([2, 2, 3])
    printed = page_export.stamp(PAGE).name
    offline.download_button(
        "Download the animation (HTML)",
        on_click="ignore",
        file_name=f"{printed}.html",
        mime="text/html",
        width="stretch",
        data=lambda: player.html(
            **{k: v for k, v in animations[0].items() if k != "height"},
            title=f"Optimizers: {surface.title}",
            labels=animation.labels,
            seconds=SECONDS,
            followers=animations[1:],
        ),
    )
    table.download_button(
        "Download all steps (CSV)",
        on_click="ignore",
        file_name=f"{printed}.csv",
        mime="text/csv",
        width="stretch",
        data=lambda: trajectories.csv_text(paths),
    )
