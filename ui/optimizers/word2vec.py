"""Shows what optimizers do on word2vec itself: loss, path through parameter space, and the steps of
rare and frequent words.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UserError
from core.optimizers.rules import OPTIMIZERS
from core.settings import TrainSettings, knobs
from core.texts import registry
from core.texts.corpus import Facts
from core.word2vec import optimizer_comparison
from ui import page
from ui.charts import contours
from ui.charts.drawing import draw, spec
from ui.controls import widgets
from ui.controls.pages import OPTIMIZERS as PAGE
from ui.controls.sidebar import TEXT
from ui.jobs.follow import Redrawn, follow
from ui.optimizers import charts, still_charts
from ui.player import page_export, player

LOSS, PICTURE = 300, 430  # heights in pixels
# The plane is shown in units of its own size: its axes have no meaning of their own
FRAME = (-1.0, 1.0), (-1.0, 1.0)
AXES = "first principal direction", "second"
DRAWN = 250  # words of each optimizer drawn as points: more hide each other
# Controls of the model that mean something here: the rest belongs to one optimizer alone
USED = (*TEXT, "seed", "dim", "window", "negatives", "epochs", "batch", "init_seed")
NOTABLE = 1.1  # ratios of rates beyond which rare words are said to get larger ones
ROWS_SAID = {
    False: "A step updates only the rows of the words in its batch (lazy), so a word's running "
    "means do not fade between its own steps: *Update all rows in each step* in the sidebar is the "
    "rule as its paper has it.",
    True: "Each step updates all rows (dense): the running means of a word fade while it is not in "
    "the batch.",
}
BECAUSE = {
    "larger": ", as the rule divides by the root of the squared gradients it has summed or "
    "averaged, which is smaller for a word with small or rare gradients",
    "about the same": ", although the rule divides by the root of the squared gradients",
    "smaller": ", although the rule divides by the root of the squared gradients",
}
MEASURES = {
    "effective rate": ("length of update / length of gradient", lambda s: s.effective_lr),
    "update": ("mean length of an update", lambda s: s.step),
    "gradient": ("mean length of a gradient", lambda s: s.gradient),
}


@dataclass(frozen=True)
class Found:
    """What `optimizer_comparison.compare` has yielded, by kind."""

    facts: Facts
    points: list
    steps: list
    planes: list

    @classmethod
    def sort(cls, items):
        """Sort the items of the task."""
        kinds = (
            [item for item in items if isinstance(item, kind)]
            for kind in (
                optimizer_comparison.Point,
                optimizer_comparison.WordSteps,
                optimizer_comparison.Plane,
            )
        )
        return cls(next((item for item in items if isinstance(item, Facts)), None), *kinds)


def _title(name):
    return OPTIMIZERS[name].title


def choose():
    """Draw the controls in the sidebar; returns TextSettings, TrainSettings, (name, learning
    rate) of each optimizer, and whether a step updates all rows.
    """
    with st.sidebar:
        names = widgets.pills("opt_which")
        dense = widgets.toggle("opt_dense")
        with st.expander("Learning rates"):
            rates = {name: widgets.number(f"opt_lr_{name}") for name in names}
    text, model = page.settings(USED)
    settings = TrainSettings(
        schedule="constant",
        **{name: getattr(model, name) for name in knobs(TrainSettings) if name in USED},
    )
    return text, settings, tuple((name, lr or 0.0) for name, lr in rates.items()), dense


def show(text, settings, entries, dense):
    """Train with each optimizer, or take what was computed before, and show it."""
    if not entries:
        st.info("Choose at least one optimizer in the sidebar, for example Adam.")
        st.stop()
    titles, drawn = tuple(_title(name) for name, _ in entries), []
    status = st.container(key="status")
    left, right = (Redrawn(column, LOSS) for column in st.columns(2, gap="large"))

    def losses(items):
        points = Found.sort(items["words"]).points
        if len(points) > len(drawn):  # progress comes more often than points
            drawn[:] = points
            rows = pd.DataFrame(
                [(_title(p.optimizer), p.epoch, p.seconds, p.loss) for p in points],
                columns=["optimizer", "epoch", "seconds", "loss"],
            )
            for place, *axis in (
                (left, "epoch", "epochs", float(settings.epochs)),
                (right, "seconds", "seconds of processor time", None),
            ):
                draw(place, still_charts.words_loss, titles, *axis, rows=rows, height=LOSS)

    request = (
        "core.background_tasks:optimizers",
        text,
        settings,
        entries,
        dense,
        registry.stamp(text.corpus),
    )
    try:
        with status:
            items, finished = follow(
                {"words": request}, losses, key="opt_words", said="Training with each optimizer"
            )
    except UserError as problem:
        page.refuse(problem)
    st.caption(
        "**Look for:** which curve falls fastest in epochs, and whether it also does in seconds: "
        "some rules compute more in each step. The comparison is only as fair as the learning "
        "rates; try others in the sidebar before you judge. (Seconds include measuring the loss at "
        "each point.)"
    )
    if finished:
        rates = ", ".join(
            f"{_title(name)} **{lr or OPTIMIZERS[name].lr:g}**" for name, lr in entries
        )
        status.markdown(
            "Same start vectors, same order of the text, same negative samples. Constant learning "
            "rates: "
            f"{rates}."
        )
        _finished(Found.sort(items["words"]), titles, dense)


def _finished(found, titles, dense):
    for s in found.steps:
        if s.diverged is not None:
            st.warning(
                f"{_title(s.optimizer)}: the loss had diverged by epoch {s.diverged:.2f}; "
                f"its learning rate of {s.lr:g} is too high."
            )
    left, right = st.columns(2, gap="large")
    with left:
        _way(found)
    with right:
        _steps(found, titles, dense)


def _way(found):
    names = {
        "all paths together"
        if k == 0 and len(found.planes) > 1
        else _title(plane.optimizers[0]): plane
        for k, plane in enumerate(found.planes)
    }
    chosen = st.segmented_control(
        "Plane of the main directions of",
        list(names),
        default=next(iter(names)),
        required=True,
        key="opt_plane",
    )
    plane = names[chosen]
    low, high = np.array(plane.frame).T
    paths = [2 * (plane.paths[name] - low) / (high - low) - 1 for name in plane.optimizers]
    longest = max(range(len(paths)), key=lambda k: len(paths[k]))
    frames = [
        {axis: [path[min(t, len(path) - 1), k] for path in paths] for k, axis in enumerate("xy")}
        for t in range(len(paths[longest]))
    ]  # a path that ended early stays at its end
    titles = tuple(_title(name) for name in plane.optimizers)
    shown = {
        "chart": spec(charts.race, FRAME, (), titles, AXES),
        "frames": frames,
        "static": {"optimizer": titles, "gone": [""] * len(titles)},
        "labels": [
            f"epoch {p.epoch:.1f}" for p in found.points if p.optimizer == plane.optimizers[longest]
        ],
        "params": {
            "picture": contours.picture(
                lambda w: plane.value(low + (w + 1) / 2 * (high - low)), FRAME
            )
        },
    }
    player.animation(
        **shown, key="opt_way", height=PICTURE, run=str(hash((chosen, tuple(found.points))))
    )
    kept = ", ".join(f"{_title(name)} {share:.0%}" for name, share in plane.kept.items())
    st.caption(
        "All parameters at once, over the real loss: "
        f"{plane.losses.max():.2f} nats per pair where the color is strongest, "
        f"{plane.losses.min():.2f} where there is no color. The plane keeps "
        f"{plane.share:.0%} of the variance of these paths ({kept}). **Look for:** how far "
        "each path goes, and how directly. Beware: even a random walk looks smooth and curved "
        "in the plane of its main directions."
    )
    st.download_button(
        "Download the animation (HTML)",
        key="opt_way_download",
        on_click="ignore",
        mime="text/html",
        file_name=f"{page_export.stamp(PAGE).name}.html",
        data=lambda: player.html(**shown, title="Optimizers on word2vec"),
    )


def _steps(found, titles, dense):
    measure = widgets.segments("opt_measure")
    axis, value = MEASURES[measure]
    counts, words = np.asarray(found.facts.counts), found.facts.words
    drawn = np.unique(np.linspace(0, len(counts) - 1, DRAWN).astype(int))
    rows = []
    for title, values in zip(titles, map(value, found.steps), strict=True):
        rows += [
            (title, int(counts[k]), values[k], words[k], "word") for k in drawn if values[k] > 0
        ]
        rows += [
            (title, count, median, "", "median")
            for count, median in zip(
                *optimizer_comparison.by_frequency(counts, values), strict=True
            )
        ]
    draw(
        st,
        still_charts.steps,
        titles,
        axis,
        rows=pd.DataFrame(rows, columns=["optimizer", "count", "value", "word", "kind"]),
        height=PICTURE,
    )
    ratios = {
        s.optimizer: optimizer_comparison.rare_over_frequent(counts, value(s)) for s in found.steps
    }
    st.caption(
        "Center vectors; each point is a word, each line the median of words that occur about "
        f"equally often, over {found.points[-1].epoch:g} epochs. The median of the rarest tenth of "
        "the words over that of the most frequent tenth, which more epochs change: "
        f"{', '.join(f'{_title(name)} {_times(ratio)}' for name, ratio in ratios.items())}. "
        f"{ROWS_SAID[dense]} {' '.join(_explained(ratios, measure))}"
    )


def _times(ratio):
    return f"{ratio:.3g}×" if np.isfinite(ratio) else "has none: its steps are zero or not finite"


def _explained(ratios, measure):
    """What explains the ratios shown, for the optimizers that are there and have one."""
    if measure != "effective rate":
        return
    ratios = {name: ratio for name, ratio in ratios.items() if np.isfinite(ratio)}
    if "sgd" in ratios:
        yield "**Look for:** SGD's flat line: every gradient is multiplied by the same number."
    dividing = [name for name in ratios if OPTIMIZERS[name].squares is not None]
    for kind, names in (
        ("larger", [name for name in dividing if ratios[name] > NOTABLE]),
        ("smaller", [name for name in dividing if ratios[name] < 1 / NOTABLE]),
        ("about the same", [n for n in dividing if 1 / NOTABLE <= ratios[n] <= NOTABLE]),
    ):
        if names:
            yield (
                f"{' and '.join(map(_title, names))}: rare words get {kind} effective rates "
                f"{'as' if kind == 'about the same' else 'than'} frequent ones here{BECAUSE[kind]}."
            )
