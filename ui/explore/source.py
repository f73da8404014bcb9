"""Where the vectors come from: the model of the main page, a saved run, or a vector file."""

import difflib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import streamlit as st

from core.errors import UserError
from core.texts import registry
from core.texts.corpus import Facts
from core.vectors.neighbor_histories import Frames
from ui import page, visitor_files
from ui.controls import address, widgets
from ui.escaping import sentence, shown
from ui.explore import files
from ui.jobs.follow import follow
from ui.train.training_state import Seen

VARIABLE = "WORD2VEC_LAB_RUNS"  # names the folder whose runs and vector files are listed
SIDES = {"center": "center", "context": "context", "summed": "summed"}
ENDINGS = ".txt", ".bin", ".vec", ".npz", ".gz", ".tsv"


class Listed(Facts):
    """The words of a vector file, of whose text nothing is known."""

    def tokenize(self, typed):
        """The words typed, as they stand in the file or in small letters."""
        parts = typed.split()
        return [part if part in self.index else part.lower() for part in parts]


@dataclass(frozen=True, eq=False)
class Source:
    """Words and their vectors."""

    name: tuple  # what they are, for the names of jobs
    facts: Facts
    center: np.ndarray  # (V, d)
    context: np.ndarray | None = None
    frames: Frames | None = None  # of a training
    seen: Seen | None = None  # what arrived of it

    @property
    def words(self):
        """The vocabulary."""
        return self.facts.words

    @cached_property
    def sides(self):
        """What there is to choose from."""
        return ("center",) if self.context is None else ("center", "context", "summed")

    def vectors(self, side):
        """Vectors (V, d) of a side; "summed": center and context added."""
        if side == "context":
            return self.context
        return self.center + self.context if side == "summed" else self.center


def root():
    """The folder of saved runs: WORD2VEC_LAB_RUNS, or `runs` where the server was started."""
    return Path(os.environ.get(VARIABLE, "runs"))


def choose():
    """Draw the choice; returns the file or folder chosen, or None for the model."""
    kind = widgets.menu("ex_source")
    if kind == "model":
        return None
    if kind == "file":
        return _uploaded()
    found = saved()
    if not found:
        return Path()
    return root() / widgets.menu("ex_run", options={name: name for name in found})


def saved():
    """The names of saved runs and vector files; without any, says how to make one."""
    found = sorted(
        [path.parent.name for path in root().glob("*/vectors.txt")]
        + [path.name for path in root().glob("*") if path.suffix in ENDINGS]
    )
    if not found:
        st.info(f"There is no run and no vector file in the folder “{shown(root(), 200)}” yet.")
        st.code(f"python -m core train polish --out {root()}/polish", language="bash")
    return found


def bring(path, model):
    """The vectors of a file or folder, or of the model (path: None); the run
    of the page ends where there are none.
    """
    if path is None:
        return _model(*model)
    if address.value("ex_source") == "file":
        files.receive()
    if path == Path():
        # Said here, not in the popover, which is closed when a link is opened
        for key, kind in (("ex_file", "vector file"), ("ex_run", "saved run")):
            if address.value("ex_source") == key[3:] and address.given(key):
                name = shown(address.given(key))
                st.warning(f"The {kind} “{name}” is not here, or no longer kept.")
        st.info("Choose vectors under “Vectors” above.")
        st.stop()
    return _read(path)


def _model(text, settings):
    try:
        key = (text, settings, registry.stamp(text.corpus))
        items, _ = follow(
            {"run": ("core.background_tasks:train", *key)}, key="explore", said="Training"
        )
    except UserError as problem:
        page.refuse(problem)
    seen = Seen()
    seen.take(items["run"])
    if not seen.snapshots:
        st.stop()
    if seen.run and seen.run.diverged is not None:
        st.warning("The training diverged: these are the last vectors before that.")
    frames = Frames(
        key,
        seen.facts.words,
        tuple(s.epoch for s in seen.snapshots),
        tuple(s.center for s in seen.snapshots),
    )
    run = seen.run
    center = run.center.astype(np.float32) if run else seen.vectors
    context = run.context.astype(np.float32) if run else None
    return Source((key, len(frames.epochs)), seen.facts, center, context, frames, seen)


def _uploaded():
    return visitor_files.path_of(files.draw()) or Path()


def _read(path):
    parts = {"center": path}
    if (path / "context.txt").exists():
        parts["context"] = path / "context.txt"
    try:
        wanted = {name: files.request(part) for name, part in parts.items()}
        items, complete = follow(wanted, key=f"explore_read {path.name}", said="Reading")
    except (UserError, OSError) as problem:
        page.refuse(problem)
    if not complete:
        st.stop()
    center, context = items["center"][-1], items.get("context")
    for note in center.notes:
        st.caption(sentence(note))
    other = context[-1].vectors if context and context[-1].words == center.words else None
    return Source(tuple(wanted.values()), listed(center.words), center.vectors, other)


def listed(words):
    """Facts of words of whose text nothing is known."""
    counts = np.zeros(len(words), int)
    return Listed(
        words=words, counts=counts, digest="", sentences=0, tokens=0, different=len(words)
    )


def row(source, typed):
    """The row of a typed word; a sentence with the nearest spellings, and None, if unknown."""
    index, typed = source.facts.index, typed[:100].strip()
    found = typed if typed in index else " ".join(source.facts.tokenize(typed))
    if found in index:
        return index[found]
    near = difflib.get_close_matches(typed.lower(), source.words, 3)
    st.info(
        f"“{shown(typed)}” is not among these words."
        + (f" Similar: {shown(', '.join(near), 200)}." if near else "")
    )
    return None


def rows(source, typed):
    """The rows of all known words of a list, repeated ones once; unknown ones are told."""
    found = dict.fromkeys(source.facts.tokenize(typed[:2_000]))
    missing = [one for one in found if one not in source.facts.index]
    if missing:
        st.info(f"Not among these words: {shown(', '.join(missing[:20]), 300)}.")
    return [source.facts.index[one] for one in found if one in source.facts.index]
