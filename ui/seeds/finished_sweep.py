"""Opens a finished sweep."""

import os
from pathlib import Path

import streamlit as st

from core.seeds import sweep_folder
from core.seeds.run_set import Trials
from core.settings import TrainSettings, knobs
from ui.controls import widgets
from ui.escaping import shown
from ui.jobs.follow import follow
from ui.seeds import causes, many_seeds
from ui.seeds.run_links import run_link

VARIABLE = "WORD2VEC_LAB_SWEEPS"  # names the folder whose sub-folders are listed


def root():
    """The folder of sweeps: WORD2VEC_LAB_SWEEPS, or `sweeps` where the server was started."""
    return Path(os.environ.get(VARIABLE, "sweeps"))


def show(text, settings):
    """Choose a sweep and one combination of its grid, and report on its runs."""
    names = sorted(path.parent.name for path in root().glob(f"*/{sweep_folder.PLAN}"))
    if not names:
        st.info(f"There is no sweep in the folder “{shown(root(), 200)}” yet. Make one with:")
        st.code(
            f"python -m core sweep polish --seeds 1-16 --grid dim=10,50 --out {root()}/polish",
            language="bash",
        )
        return
    choice, combination = st.columns(2)
    folder = root() / widgets.menu("seeds_folder", choice, options=names)
    text, facts, planned = sweep_folder.read_plan(folder)
    cells = _cells(list(planned))
    runs = cells[widgets.menu("seeds_cell", combination, options=list(cells))]
    k, floor = causes.compare_controls()
    stamp = max(path.stat().st_mtime_ns for path in (folder, *folder.glob("*.npz")))
    items, complete = follow(
        {"read": ("core.seeds.sweep_folder:trials", str(folder), tuple(runs), stamp)},
        key="seeds_read",
        said="Reading",
    )
    if not complete:
        return
    trials = Trials(tuple(items["read"][-1]), facts)
    st.markdown(
        f"**{shown(text.corpus)}**, {facts.tokens:,} words of text, {len(facts.words):,} words "
        f"compared; {len(trials.runs)} of {len(runs)} runs are finished."
    )
    if len(trials.runs) < len(runs):
        st.warning("The sweep is not finished: the same command goes on where it stopped.")
    if trials.runs:
        names = [str(run.settings.seed) for run in trials.runs]
        links = [run_link(text, run.settings) for run in trials.runs]
        many_seeds.show(text, trials, names, links, k, floor, st.container())


def _cells(planned):
    """The planned runs by the settings that differ between them, the seed aside."""
    varied = [
        name
        for name in knobs(TrainSettings)
        if name != "seed" and len({getattr(run, name) for run in planned}) > 1
    ]
    cells = {}
    for run in planned:
        cells.setdefault(
            ", ".join(f"{name} {getattr(run, name)}" for name in varied) or "all runs", []
        ).append(run)
    return cells
