"""The scene whose equations are shown: a small vocabulary typed by hand, or words of the model
that the page Train trains.
"""

import numpy as np
import streamlit as st

from core.equations import one_step
from core.errors import UserError
from core.texts import registry
from core.texts.corpus import Facts
from core.word2vec import training_pairs
from core.word2vec.training import Run
from ui import page
from ui.controls import address, widgets
from ui.controls.page_tables import SOURCES
from ui.equations.hands_on import typed
from ui.jobs.follow import follow


def controls_of_scene(sampled: bool):
    """Draw the controls in the sidebar; returns the scene, or ends the run with a sentence below
    the control. sampled: negatives matter, and have controls.
    """
    with st.sidebar:
        source = widgets.menu("gr_source")
        place = st.container()
    return _trained(place, sampled) if source == SOURCES[1] else _own(place, sampled)


def _own(place, sampled):
    with place:
        try:
            words = one_step.read_words(widgets.text("gr_words"))
            dim, seed = (widgets.slider(key, then=_draw_anew) for key in ("gr_dim", "gr_seed"))
            center = widgets.menu("gr_center", options=words)
            window = one_step.find_words(widgets.text("gr_outside"), words, "Outside words")
            negatives = one_step.find_words(_negatives(words, sampled), words, "Negatives")
            V, U = _vectors(words, dim, seed)
            return one_step.check(
                one_step.Scene(words, V, U, words.index(center), window, negatives)
            )
        except UserError as problem:
            page.refuse(problem)


def _negatives(words, sampled):
    """What is typed; without a control no mistake in it may be told."""
    if sampled:
        return widgets.text("gr_negatives")
    return " ".join(w for w in address.value("gr_negatives").split() if w in words) or words[0]


def _vectors(words, dim, seed):
    """Vectors drawn from the seed, or typed ones."""
    drawn = one_step.example(words, dim, seed)
    with st.expander("Type the vectors"):
        st.caption(
            "One line for each word, in the order of the words. Where a box is empty, the vectors "
            "are drawn from the seed."
        )
        st.button("Fill in the drawn vectors", on_click=_fill, args=(drawn,), width="stretch")
        typed = [widgets.text(f"gr_{name}", height=150) for name in "VU"]
        return [
            one_step.read_vectors(text, words, dim, name) if text.strip() else matrix
            for text, matrix, name in zip(typed, drawn, "VU", strict=True)
        ]


def _draw_anew():
    """Vectors that were typed or moved have another dimension, and come from no seed."""
    address.forget("gr_V", "gr_U")


def _fill(matrices):
    address.put(
        **{f"gr_{name}": typed(matrix) for name, matrix in zip("VU", matrices, strict=True)}
    )


def _trained(place, sampled):
    """Words of the model with the settings of the sidebar, which is trained here if it has not been
    yet.
    """
    text, settings = page.settings()
    try:
        items, complete = follow(
            {"run": ("core.background_tasks:train", text, settings, registry.stamp(text.corpus))},
            key="gr_training",
            said="Training the model",
        )
        if not complete:
            st.stop()
        facts, run = (
            next(item for item in items["run"] if isinstance(item, kind)) for kind in (Facts, Run)
        )
        with place:
            return one_step.check(_picked(facts, run, sampled))
    except UserError as problem:
        page.refuse(problem)


def _picked(facts, run, sampled):
    first = [word for word in facts.words if len(word) > 3][:2] or list(facts.words[:2])
    center = " ".join(facts.tokenize(widgets.text("gr_trained_center", default=first[0])))
    window = facts.tokenize(widgets.text("gr_trained_outside", default=first[-1]))
    typed = facts.tokenize(widgets.text("gr_trained_negatives")) if sampled else []
    negatives = typed or _drawn(facts, run.settings, sampled)
    if not center:
        raise UserError("Type a center word.")
    if not window:
        raise UserError("Type at least one outside word.")
    st.caption(
        "At most 8 words of the vocabulary are shown here, and the softmax is over these words "
        "alone."
    )
    return one_step.pick(facts, run.center, run.context, center, window, negatives)


def _drawn(facts, settings, sampled):
    """Negatives drawn from the noise distribution of the model."""
    K, seed = (
        widgets.slider(key) if sampled else address.value(key) for key in ("gr_K", "gr_noise_seed")
    )
    noise = training_pairs.noise_distribution(facts.counts, settings.noise_power)
    rng = np.random.default_rng(seed)
    return [facts.words[k] for k in training_pairs.draw(noise, (K,), rng)]
