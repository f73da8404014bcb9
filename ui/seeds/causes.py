"""Which of the three parts of the randomness matters, and what else could be the cause."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.optimizers.rules import OPTIMIZERS
from core.seeds import run_set
from core.seeds.run_set import Trials
from core.seeds.trial import Cell, Trial
from core.texts import registry
from core.word2vec import training
from ui.charts import drawing
from ui.controls import widgets
from ui.jobs.follow import Redrawn, follow
from ui.seeds import captions, charts

STREAMS = {
    "init": "start vectors",
    "order": "order of the text, windows",
    "negatives": "negative samples",
}
TOGETHER = {**STREAMS, "together": "interaction only", "all three": "all three at once"}
HEIGHT = 330  # of a map
RUNS = 3  # seeds of each cell of a map
FACTORS = 0.1, 0.3, 1, 3  # of the learning rate, around the one that is set
SIZE = "words of text"
SIZES = 0.25, 0.5, 1, 2  # of the text


def compare_controls():
    """Draw the sliders of how neighbors are compared; returns k and the frequency floor."""
    k, floor = st.columns(2)
    return (
        widgets.slider("seeds_k", k),
        widgets.slider("seeds_floor", floor),
    )


def attempts(text, runs):
    """Requests for runs, by their number."""
    stamp = registry.stamp(text.corpus)
    return {
        str(n): ("core.background_tasks:attempt", text, run, stamp) for n, run in enumerate(runs)
    }


def trials_of(items):
    """The finished runs among what the requests have yielded."""
    parts = [part for part in items.values() if part and isinstance(part[-1], Trial)]
    return Trials(tuple(part[-1] for part in parts), parts[0][0] if parts else None)


def streams(text, settings):
    """Vary one part of the randomness and freeze the others: which one matters?"""
    m = widgets.slider("seeds_levels")
    k, floor = compare_controls()
    runs = run_set.design(settings, m)
    items, complete = follow(
        attempts(text, runs),
        key="seeds_streams",
        said=f"Training {m**3} runs",
    )
    if not complete:
        st.info("The shares need the runs of every combination: press “Go on” to see them.")
        return
    items, complete = follow(
        {"streams": ("core.seeds.run_set:streams", trials_of(items), m, k, floor)},
        key="seeds_shares",
        said="Comparing",
    )
    if complete:
        _shares(items["streams"][-1])


def _shares(found):
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Share of the variance that each part explains**")
        rows = pd.DataFrame(
            [{"source": TOGETHER[name], "share": share} for name, share in found.shares.items()]
        )
        drawing.draw(
            st,
            charts.shares,
            "share of the variance",
            tuple(rows["source"]),
            rows=rows,
            height=300,
        )
        st.caption(captions.shares({TOGETHER[n]: share for n, share in found.shares.items()}))
    with right:
        st.markdown("**Neighbors shared by runs that differ in one part or in all**")
        rows = pd.DataFrame(
            [{"source": TOGETHER[name], "share": share} for name, share in found.overlaps.items()]
        ).assign(chance=found.chance)
        drawing.draw(
            st,
            charts.shares,
            "neighbors shared",
            tuple(rows["source"]),
            rows=rows,
            height=300,
        )
        st.caption(
            captions.frozen(
                {TOGETHER[n]: share for n, share in found.overlaps.items() if n in STREAMS},
                found.overlaps["all three"],
                found.chance,
            )
        )


def causes(text, settings):
    """A map of shared neighbors next to a map of the loss, over two other causes."""
    maps = _maps(text, training.check_seeded(settings))
    name = widgets.segments("seeds_map", options={name: name for name in maps})
    k, floor = compare_controls()
    x_title, xs, y_title, ys, change = maps[name]
    places = {(x, y): change(x, y) for x in xs for y in ys}
    stamp = registry.stamp(text.corpus)
    requests = {
        place: (
            "core.background_tasks:cell",
            t,
            tuple(replace(s, seed=s.seed + n) for n in range(RUNS)),
            stamp,
            k,
            floor,
        )
        for place, (t, s) in places.items()
    }
    status, left, right = st.container(), *st.columns(2, gap="large")
    stable, loss, told = Redrawn(left, HEIGHT), Redrawn(right, HEIGHT), Redrawn(st)

    def draw(items):
        cells = {
            place: part[-1] for place, part in items.items() if part and isinstance(part[-1], Cell)
        }
        _draw_maps(stable, loss, told, cells, (x_title, tuple(xs), y_title, tuple(ys)))

    left.caption(
        f"Neighbors shared by two of {RUNS} runs, corrected for chance: 0% is chance, 100% are "
        "identical neighbors. The frame marks the most stable settings."
    )
    other_texts = (
        " Texts of different sizes have losses of their own: compare those of one row only."
        if y_title == SIZE
        else ""
    )
    right.caption(
        f"Loss per pair in nats. The frame marks the lowest loss.{other_texts} **Look for:** "
        "whether both frames mark the same settings."
    )
    with status:
        follow(requests, draw, key="seeds_maps", said=f"Training {RUNS * len(requests)} runs")


def _maps(text, settings):
    entry = registry.registry().get(text.corpus)
    epochs = "epochs", (2, 5, 10, 20)
    maps = {
        "dimension and epochs": (
            "dimension",
            (3, 10, 30, 100),
            *epochs,
            lambda x, y: (text, replace(settings, dim=x, epochs=y)),
        )
    }
    if settings.optimizer not in OPTIMIZERS:  # the exact solver has no learning rate
        return maps
    rate = settings.lr or OPTIMIZERS[settings.optimizer].lr
    rates = "learning rate", tuple(float(f"{rate * factor:.3g}") for factor in FACTORS)
    maps["learning rate and epochs"] = (
        *rates,
        *epochs,
        lambda x, y: (text, replace(settings, lr=x, epochs=y)),
    )
    if entry and entry.sized:
        sizes = tuple(max(2_000, int(text.tokens * factor)) for factor in SIZES)
        maps = {
            "learning rate and size of the text": (
                *rates,
                SIZE,
                sizes,
                lambda x, y: (replace(text, tokens=y), replace(settings, lr=x)),
            )
        } | maps
    return maps


def _draw_maps(stable, loss, told, cells, axes):
    if not cells:
        return
    most, least = (
        max(cells, key=lambda place: cells[place].beyond_chance),
        min(cells, key=lambda place: cells[place].loss),
    )
    shared = {
        place: (c.beyond_chance, f"{c.beyond_chance:.0%}", c.chance) for place, c in cells.items()
    }
    lost = {
        place: (c.loss, "diverged" if c.diverged else f"{c.loss:.3f}", c.chance)
        for place, c in cells.items()
    }
    drawing.draw(
        stable,
        charts.heat,
        "shared beyond chance",
        ".1%",
        False,
        *axes,
        rows=charts.heat_rows(shared, most),
        height=HEIGHT,
    )
    drawing.draw(
        loss,
        charts.heat,
        "loss per pair",
        ".4f",
        True,
        *axes,
        rows=charts.heat_rows(lost, least),
        height=HEIGHT,
    )
    told.markdown(
        f"{captions.frames(most == least)} Most stable: **{_settings(most, axes)}** "
        f"({_shared(cells[most])}, loss {cells[most].loss:.3f}). Lowest loss: "
        f"**{_settings(least, axes)}** ({_shared(cells[least])}, loss {cells[least].loss:.3f})."
    )


def _settings(place, axes):
    x_title, _, y_title, _ = axes
    return f"{x_title} {place[0]:,}, {y_title} {place[1]:,}"


def _shared(cell):
    return f"{cell.overlap:.1%} shared, chance {cell.chance:.1%}"
