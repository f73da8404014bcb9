"""Shows what optimizers do on word2vec itself: loss, way through parameter space, and the steps of rare and frequent words."""
import numpy as np
import pandas as pd
import streamlit as st

from core import corpora, word_steps
from core.corpus import Facts
from core.errors import UserError
from core.optimizers import OPTIMIZERS
from core.settings import TextSettings, TrainSettings
from ui import contours, optimizers_charts, optimizers_plots, page, player, work
from ui.charts import draw, spec
from ui.controls import mend_url

HEIGHT = 300, 430               # pixels: the loss charts; the film and the chart of steps
FRAME = (-1.0, 1.0), (-1.0, 1.0)            # the plane is shown in units of its own size: its axes have no meaning of their own
DRAWN = 250                     # words of each optimizer drawn as points: more hide each other
NUMBERS = {"opt_words_seed": ("Seed", 0, 99, 1), "opt_words_dim": ("Dimension", 2, 50, 10), "opt_words_epochs": ("Epochs", 1, 50, 15),
           **{f"opt_lr_{o.name}": (f"Learning rate of {o.title}", 0.0, 1e6, o.lr) for o in OPTIMIZERS.values()}}
MEASURES = {"effective learning rate": ("length of update / length of gradient", lambda s: s.effective_lr),
            "length of the update": ("mean length of an update", lambda s: s.step),
            "length of the gradient": ("mean length of a gradient", lambda s: s.gradient)}


def choose():
    """Draw the controls in the sidebar; returns TextSettings, TrainSettings, and (name, learning rate) of each optimizer."""
    mend_url(NUMBERS)
    with st.sidebar:
        name = st.selectbox("Text", list(corpora.registry()), key="opt_words_text", bind="query-params",
                            index=list(corpora.registry()).index(TextSettings().corpus))
        titles = st.pills("Optimizers", [o.title for o in OPTIMIZERS.values()], selection_mode="multi",
                          default=["SGD", "Momentum", "Adam"], key="opt_words_which", bind="query-params")
        values = {key: st.slider(*NUMBERS[f"opt_words_{key}"], key=f"opt_words_{key}", bind="query-params")
                  for key in ("seed", "dim", "epochs")}
        chosen = [o for o in OPTIMIZERS.values() if o.title in titles]
        with st.expander("Learning rates"):
            entries = tuple((o.name, st.number_input(o.title, 0.0, 1e6, o.lr, key=f"opt_lr_{o.name}", bind="query-params", format="%g"))
                            for o in chosen)
    return TextSettings(corpus=name), TrainSettings(schedule="constant", **values), entries


def show(text, settings, entries):
    """Train with each optimizer, or take what was computed before, and show it."""
    if not entries:
        st.info("Choose at least one optimizer in the sidebar, for example Adam.")
        st.stop()
    titles = tuple(OPTIMIZERS[name].title for name, _ in entries)
    status = st.container(height=64, border=False, gap=None)
    left, right = (column.empty() for column in st.columns(2, gap="large"))

    def losses(items):
        rows = _loss_rows(items["words"])
        draw(left, optimizers_plots.words_loss, titles, "epoch", "epochs", float(settings.epochs), rows=rows, height=HEIGHT[0])
        draw(right, optimizers_plots.words_loss, titles, "seconds", "seconds of processor time", None, rows=rows, height=HEIGHT[0])

    try:
        with status:
            items, finished = work.follow({"words": ("core.tasks:optimizers", text, settings, entries, corpora.stamp(text.corpus))},
                                          losses, key="opt_words", said="Training with each optimizer")
    except UserError as problem:
        page.refuse(problem)
    st.caption("**Look for:** whose curve falls fastest in epochs, and whether that still holds in seconds: Adam computes more in each "
               "step. The comparison is as fair as its learning rates: change them in the sidebar before you judge.")
    if finished:
        status.markdown("Same start vectors, same order of the text, same negatives. Constant learning rates: "
                        f"{', '.join(f'{OPTIMIZERS[n].title} **{lr or OPTIMIZERS[n].lr:g}**' for n, lr in entries)}.")
        _finished(items["words"], titles)


def _loss_rows(items):
    return pd.DataFrame([(OPTIMIZERS[p.optimizer].title, p.epoch, p.seconds, p.loss) for p in items if isinstance(p, word_steps.Point)],
                        columns=["optimizer", "epoch", "seconds", "loss"])


def _finished(items, titles):
    steps = [item for item in items if isinstance(item, word_steps.WordSteps)]
    for s in steps:
        if s.diverged:
            st.warning(f"{OPTIMIZERS[s.optimizer].title}: the loss stopped being finite at epoch {s.diverged:.2f}; its learning rate of "
                       f"{s.lr:g} is too high.")
    left, right = st.columns(2, gap="large")
    with left:
        _way([item for item in items if isinstance(item, word_steps.Plane)], items)
    with right:
        _steps(next(item for item in items if isinstance(item, Facts)), steps, titles)


def _way(planes, items):
    names = {" + ".join(OPTIMIZERS[n].title for n in p.optimizers) if len(p.optimizers) < 2 else "all paths together": p for p in planes}
    chosen = st.segmented_control("Plane of the two main directions of", list(names), default=next(iter(names)), required=True,
                                  key="opt_plane")
    plane = names[chosen]
    titles = tuple(OPTIMIZERS[n].title for n in plane.optimizers)
    low, high = np.array(plane.frame).T
    paths = [2 * (plane.paths[n] - low) / (high - low) - 1 for n in plane.optimizers]
    length = max(len(path) for path in paths)
    at = [np.minimum(np.arange(length), len(path) - 1) for path in paths]           # a path that ended early stays at its end
    frames = [{"x": [path[k[t], 0] for path, k in zip(paths, at, strict=True)],
               "y": [path[k[t], 1] for path, k in zip(paths, at, strict=True)]} for t in range(length)]
    epochs = [p.epoch for p in items if isinstance(p, word_steps.Point) and p.optimizer == plane.optimizers[np.argmax([len(p) for p in paths])]]
    picture = contours.picture(lambda w: plane.value(low + (w + 1) / 2 * (high - low)), FRAME)
    player.movie(spec(optimizers_charts.race, FRAME, (), titles, ("first principal direction", "second")), key="opt_way", frames=frames,
                 static={"optimizer": titles, "gone": [""] * len(titles)}, run=f"{chosen} {hash(tuple(p.loss for p in items if isinstance(p, word_steps.Point)))}",
                 labels=[f"epoch {e:.1f}" for e in epochs], height=HEIGHT[1], params={"picture": picture})
    kept = ", ".join(f"{OPTIMIZERS[n].title} {share:.0%}" for n, share in plane.kept.items())
    st.caption(f"All parameters at once, from {plane.losses.max():.2f} (dense) to {plane.losses.min():.2f} nats a pair (clear) on the real loss. The "
               f"plane keeps {plane.share:.0%} of the variance of these paths ({kept}). **Look for:** how far each goes, and how "
               "directly. Beware: even a random walk looks smooth and curved in its own main plane.")


def _steps(facts, steps, titles):
    measure = st.segmented_control("Which parameters get larger updates?", list(MEASURES), default="effective learning rate",
                                   required=True, key="opt_measure", bind="query-params")
    axis, value = MEASURES[measure]
    counts = np.asarray(facts.counts)
    ranks = np.unique(np.linspace(0, len(counts) - 1, DRAWN).astype(int))
    rows = []
    for s, title in zip(steps, titles, strict=True):
        values = value(s)
        rows += [(title, int(counts[k]), values[k], facts.words[k], "word") for k in ranks if values[k] > 0]
        rows += [(title, count, median, "", "median") for count, median in zip(*word_steps.by_frequency(counts, values), strict=True)]
    draw(st, optimizers_plots.steps, titles, axis,
         rows=pd.DataFrame(rows, columns=["optimizer", "count", "value", "word", "kind"]), height=HEIGHT[1])
    ratios = ", ".join(f"{title} {word_steps.rare_over_frequent(counts, value(s)):.3g}×" for s, title in zip(steps, titles, strict=True))
    st.caption(f"Centre vectors; a point is a word, a line the median of words seen about as often. The rarest tenth of the words against the "
               f"most frequent tenth: {ratios}. **Look for:** SGD's flat line: every gradient is multiplied by the same number. Adam "
               "divides by the root of the mean squared gradient, so a word with small or rare gradients, a rare word, gets the larger "
               "effective learning rate.")
