"""The page of many runs: which question is asked, and the first of them, "was it the seed?"."""

from dataclasses import replace

import streamlit as st

from core.errors import UserError
from core.seeds.run_set import Trials
from core.seeds.trial import Trial
from core.texts import registry
from core.word2vec import training
from ui import page
from ui.controls import address, widgets
from ui.controls.sidebar import TEXT
from ui.controls.table import seeds_from
from ui.jobs.follow import follow
from ui.seeds import board, causes, exercise, finished_sweep, many_seeds
from ui.seeds.run_links import run_link
from ui.train import result

# Seconds between two redraws of the small pictures, at least: a browser takes a tenth of one for it
REDRAW = 0.4
# Of the controls of the model; the exercise counts every word
USED = {
    "The exercise": tuple(key for key in (*TEXT, "seed") if key != "min_count"),
    "A finished sweep": (),
}


def use():
    """The controls of the model that do something for the question chosen; None for all."""
    return USED.get(address.value("seeds_part"))


def show(text, settings):
    """Draw the choice of a question and its answer."""
    part = widgets.segments("seeds_part", label_visibility="collapsed")
    try:
        PARTS[part](text, settings)
    except UserError as problem:
        page.refuse(problem)


def _many(text, settings):
    left, right = st.columns([1, 2])
    n = widgets.slider("seeds_n", left)
    with right:
        k, floor = causes.compare_controls()
    training.check_seeded(settings)
    runs = [replace(settings, seed=seed) for seed in seeds_from(settings.seed, n)]
    names = [str(run.seed) for run in runs]
    links = [run_link(text, run) for run in runs]
    show_runs(text, runs, names, links, k, floor, key="seeds_runs")


def show_runs(text, runs, names, links, k, floor, *, key):
    """Train, drawing what arrives, and report on the finished runs."""
    stamp = registry.stamp(text.corpus)
    requests = {
        name: ("core.background_tasks:attempt", text, run, stamp)
        for name, run in zip(names, runs, strict=True)
    }
    status, place, body = st.container(), st.container(key="verdict"), st.container()
    arriving = _Arriving(body, names, links)
    waiting = place.empty()  # what is in it keeps the place of the verdict free
    waiting.container(key="waiting").caption("The verdict follows when all runs have ended.")
    with status:
        items, complete = follow(
            requests,
            arriving.draw,
            key=key,
            said=f"Training {len(runs)} runs",
            last=False,
            redraw=REDRAW,
        )
    if complete and arriving.facts:
        st.rerun()  # the report has the same controls as the pictures that were drawn meanwhile
    waiting.empty()
    finished = {
        name: part[-1] for name, part in items.items() if part and isinstance(part[-1], Trial)
    }
    if not finished:
        arriving.draw(items)
        return
    with body:
        facts = next(part[0] for part in items.values() if part)
        many_seeds.show(
            text,
            Trials(tuple(finished.values()), facts),
            list(finished),
            [links[names.index(f)] for f in finished],
            k,
            floor,
            place,
        )


class _Arriving:
    """Draws the small pictures of runs that are still arriving."""

    def __init__(self, body, names, links):
        self.body, self.names, self.links = body, names, links
        self.facts, self.drawn = None, ()

    def draw(self, items):
        """Draw what has come, if anything has."""
        if self.facts is None:
            self.facts = next((part[0] for part in items.values() if part), None)
            if self.facts is None:
                return
            with self.body:
                self.chosen, self.look = result.word_controls(self.facts)
                self.place = many_seeds.pictures_place(many_seeds.columns()[0])
        newest = {name: many_seeds.newest(part) for name, part in items.items()}
        if tuple(newest.values()) != self.drawn:
            self.drawn = tuple(newest.values())
            many_seeds.arriving(
                self.place,
                self.names,
                self.links,
                list(newest.values()),
                self.facts,
                self.chosen,
                self.look.normalize,
            )


PARTS = {
    "Many seeds": _many,
    "Which randomness": causes.streams,
    "Other causes": causes.causes,
    "The exercise": exercise.show,
    "A finished sweep": finished_sweep.show,
    "Your board": board.show,
}
