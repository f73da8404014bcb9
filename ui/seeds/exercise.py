"""The exercise as handed out, next to the same with larger steps."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from core.seeds import exercise, run_measures, run_set, verdict
from core.texts import registry, words_to_plot
from core.word2vec import batch
from ui.controls import address, widgets
from ui.controls.table import seeds_from
from ui.jobs.follow import Redrawn, follow
from ui.seeds import causes, many_seeds
from ui.seeds.run_links import run_link

PICTURES = 220  # pixels: height of the small pictures of a learning rate
LOSSES = {
    "model": "loss per window (nats)",
    "shuffled": "with the center words shuffled",
    "same_center": "with the mean center vector",
    "one_scalar": "with one score for all pairs",
}
HEADS = dict(
    zip(
        exercise.RATES,
        ("as handed out", "ten times larger steps", "even larger steps"),
        strict=True,
    )
)


def show(text, settings):
    """Train with a few seeds at each learning rate and compare."""
    p = exercise.PRESET
    st.markdown(
        f"Plain SGD: {p.iterations:,} steps, each on the mean of {p.batch} windows; the learning "
        f"rate is halved midway. Dimension {p.dim}, window size C = {p.window}, negative samples "
        f"K = {p.negatives}, subsampling threshold {p.subsample:g}, no minimum count. Three things "
        "differ from the code that CS224n hands out: a negative that equals the outside word is "
        "kept, not drawn again; so is an outside word that equals the center word; and the outside "
        f"words of a window share {batch.SHARED * p.negatives} negatives, each counted "
        f"1/{batch.SHARED}, instead of drawing {p.negatives} each, which is the same on average."
        + _of_text(text)
    )
    n = widgets.slider("seeds_each")
    text = replace(text, min_count=1)
    runs = [
        exercise.preset(lr, seed) for lr in exercise.RATES for seed in seeds_from(settings.seed, n)
    ]
    asked, begin = (text, runs), st.empty()
    if st.session_state.get("seeds_exercise") != asked:
        if not begin.button(
            f"Train {len(runs)} runs (10 to 60 s each)", type="primary", on_click=address.hear
        ):
            return
        st.session_state["seeds_exercise"] = asked
        st.rerun()
    status, pictures, numbers = st.container(), {}, {}
    for place, (lr, head) in zip(st.columns(len(HEADS), gap="medium"), HEADS.items(), strict=True):
        place.markdown(f"**Learning rate {lr:g}: {head}**")
        pictures[lr], numbers[lr] = Redrawn(place), place.container()
    with status:
        items, _ = follow(
            causes.attempts(text, runs),
            lambda items: _draw(pictures, text, runs, items),
            key="seeds_exercise_runs",
            said=f"Training {len(runs)} runs",
        )
    trials = causes.trials_of(items)
    if trials.runs:
        st.caption(many_seeds.CLICK)
        _compare(numbers, trials)


def _of_text(text):
    entry = registry.registry().get(text.corpus)
    if entry and entry.kind == "generated":
        return " The original exercise used real text; upload one to repeat the experiment."
    return ""


def _draw(places, text, runs, items):
    """Draw the runs of each learning rate as they arrive."""
    facts = next((part[0] for part in items.values() if part), None)
    if facts is None:
        return
    chosen, newest = _chosen(facts), list(map(many_seeds.newest, items.values()))
    for lr, place in places.items():
        here = [k for k, run in enumerate(runs) if run.lr == lr]
        names = [f"seed {runs[k].seed}" for k in here]
        links = [run_link(text, runs[k]) for k in here]
        arrived = [newest[k] for k in here]
        many_seeds.arriving(place, names, links, arrived, facts, chosen, True, PICTURES)


def _chosen(facts):
    return words_to_plot.choose(facts, words_to_plot.choices(facts)[0])


def _compare(places, trials):
    chosen, measures, found = _chosen(trials.facts), {}, {}
    for lr, place in places.items():
        runs = tuple(run for run in trials.runs if run.settings.lr == lr)
        some = run_set.Trials(runs, trials.facts)
        with place:
            if len(runs) < 2:
                st.info("Fewer than two runs were finished.")
                continue
            compared = some, chosen, run_measures.K, run_measures.FLOOR
            items, complete = follow(
                {
                    "study": ("core.seeds.run_set:study", *compared, True),
                    "evidence": ("core.seeds.run_measures:of_trials", *compared),
                },
                key=f"seeds_exercise_{lr:g}",
                said="Comparing",
            )
            if complete:
                found[lr], measures[lr] = (runs, items["study"][-1]), items["evidence"][-1]
    for lr, (runs, compared) in found.items():
        case = verdict.case(measures[lr], trials.facts, chosen, _neighboring(measures, lr))
        with places[lr]:
            _numbers(runs, compared, verdict.judge(case))


def _neighboring(measures, lr):
    """The next larger and the next smaller rate are the controls of a rate."""
    larger, smaller = [m for m in measures if m > lr], [m for m in measures if m < lr]
    after = {}
    if larger:
        after["larger steps"] = measures[min(larger)]
    if smaller:
        after["lower rate"] = measures[max(smaller)]
    return after


def _numbers(runs, found, judged):
    st.markdown(f"**{judged.title}.** {judged.verdict}")
    o, mean = found.overlap, lambda name: np.mean([getattr(run.windows, name) for run in runs])
    losses = {told: f"{mean(name):.2f}" for name, told in LOSSES.items()}
    energy = np.mean([run.energy for run in runs])
    shares = {
        "share in the strongest direction": energy,
        "neighbors shared": o.mean,
        "neighbors shared by chance": o.chance,
    }
    numbers = losses | {told: f"{share:.1%}" for told, share in shares.items()}
    st.table(pd.DataFrame({"mean over the seeds": numbers}), border="horizontal")
