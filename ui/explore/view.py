"""Explores vectors: one question at a time."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from ui.controls import address, widgets
from ui.escaping import shown
from ui.explore import (
    beside_model,
    intrinsic_evaluation,
    neighbors,
    over_training,
    own_axes,
    picture,
    relations,
    source,
)
from ui.player import page_export
from ui.train import files_out

PARTS = {
    "neighbors": neighbors.show,
    "training": over_training.show,
    "picture": picture.show,
    "analogies": relations.show,
    "axes": own_axes.show,
    "lists": intrinsic_evaluation.show,
}


@dataclass(frozen=True, eq=False)
class Space:
    """A source, and the vectors of it that are asked."""

    source: source.Source
    side: str
    by: str  # "cosine" or "dot"
    k: int  # neighbors shown
    vectors: np.ndarray  # (V, d)


def asks_the_model():
    """Whether the settings of a model do something for the question chosen."""
    return address.value("ex_source") == "model" or address.value("ex_part") == "against"


def show(model):
    """Draw the choice of vectors and of a question, and the answer. model: text and settings of the
    model, None where it is not asked.
    """
    parts, choice = st.columns([5, 1], vertical_alignment="center")
    part = widgets.segments("ex_part", parts, label_visibility="collapsed")
    with choice.popover("Vectors", width="stretch"):
        path = source.choose()
        more = st.container()
    found = source.bring(path, model)
    with more:
        side = widgets.menu("ex_side", options={k: source.SIDES[k] for k in found.sides})
        by = widgets.menu("ex_by")
        k = widgets.number("ex_k")
    space = Space(found, side, by, k, found.vectors(side))
    if part == "against":
        _against(space, path, model)
    else:
        PARTS[part](space)
    st.caption(_told(found, side))
    with st.popover("Download files"):
        if found.seen and found.seen.run:
            files_out.run(st, *model, found.seen)
        else:
            known = page_export.stamp("Explore", "vectors").name
            name = page_export.slug(f"vectors {path.stem}") if path else known
            files_out.vectors(st, found.words, found.center, name)


def _against(space, path, model):
    if path is None:
        st.info(
            "Choose a saved run or a vector file under “Vectors”: it is compared with this model."
        )
        return
    beside_model.show(space, source.bring(None, model))


def _told(found, side):
    words, numbers = found.center.shape
    what = "this model" if found.frames else shown(Path(found.name[0][1]).name)
    vectors = f"the {source.SIDES[side]} vectors of {what}"
    return f"These are {vectors}: {words:,} words of {numbers:,} numbers."
