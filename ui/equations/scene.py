"""The scene under the microscope: a small vocabulary typed by hand, or words out of the model of
the main page.
"""

import numpy as np
import streamlit as st

from core.equations import one_step
from core.errors import UserError
from core.texts import registry
from core.texts.corpus import Facts
from core.word2vec import pairs
from core.word2vec.training import Run
from ui import controls, page
from ui.jobs.follow import follow

SOURCES = ("a few words", "the trained model")
WORDS, OUTSIDE, NEGATIVES = "water river fish bank money boat", "river fish", "money money bank"
NUMBERS = {
    "gr_dim": ("Dimension", *one_step.DIMS, 2),
    "gr_seed": ("Seed of the vectors", 0, 99, 1),
    "gr_lr": ("Learning rate", 0.0, 5.0, 1.0),
    "gr_x": ("x", -8.0, 8.0, 1.0),
    "gr_K": ("Negatives drawn", 1, 5, 3),
}


def controls_of_scene():
    """Draw the controls in the sidebar; returns the scene, or ends the run with a sentence beside
    the control.
    """
    with st.sidebar:
        controls.mend_url(NUMBERS)
        source = st.selectbox("Vectors of", SOURCES, key="gr_source", bind="query-params")
        place = st.container()
    return _trained(place) if source == SOURCES[1] else _own(place)


def number(name, kind=st.slider, **options):
    """A slider or number input with the range of NUMBERS."""
    label, low, high, default = NUMBERS[name]
    return kind(label, low, high, default, key=name, bind="query-params", **options)


def _own(place):
    with place:
        try:
            words = one_step.read_words(
                st.text_input("Words (5 to 8)", WORDS, key="gr_words", bind="query-params")
            )
            dim, seed = number("gr_dim"), number("gr_seed")
            center = st.selectbox("Center word c", words, key="gr_center", bind="query-params")
            window = one_step.find_words(
                _text("Outside words, o first", OUTSIDE, "gr_outside"), words, "Outside words"
            )
            negatives = one_step.find_words(
                _text("Negatives, repeats allowed", NEGATIVES, "gr_negatives"), words, "Negatives"
            )
            V, U = _vectors(words, dim, seed)
            return one_step.check(
                one_step.Scene(words, V, U, words.index(center), window, negatives)
            )
        except UserError as problem:
            page.refuse(problem)


def _text(label, default, key, **options):
    return st.text_input(label, default, key=key, bind="query-params", **options)


def _vectors(words, dim, seed):
    """Vectors drawn from the seed, or typed ones."""
    drawn = one_step.example(words, dim, seed)
    with st.expander("Type the vectors"):
        st.caption(
            "One line for each word, in the order of the words; an empty box means: drawn from "
            "the seed."
        )
        st.button("Fill in the numbers drawn", on_click=_fill, args=(drawn,), width="stretch")
        typed = [
            st.text_area(
                f"{what} vectors {name}", key=f"gr_{name}", bind="query-params", height=150
            )
            for name, what in (("V", "Center"), ("U", "Outside"))
        ]
        return [
            one_step.read_vectors(text, words, dim, name) if text.strip() else matrix
            for text, matrix, name in zip(typed, drawn, "VU", strict=True)
        ]


def _fill(matrices):
    for name, matrix in zip("VU", matrices, strict=True):
        st.session_state[f"gr_{name}"] = "\n".join(
            " ".join(f"{x:g}" for x in row) for row in matrix
        )


def _trained(place):
    """Words out of the model with the settings of the main page, which is trained here if it has
    not been yet.
    """
    text, settings = page.settings()
    try:
        items, complete = follow(
            {"run": ("core.tasks:train", text, settings, registry.stamp(text.corpus))},
            key="gr_training",
            said="Training the model of the main page",
        )
        if not complete:  # there is nothing to put under the microscope yet
            st.stop()
        facts, run = (
            next(item for item in items["run"] if isinstance(item, kind)) for kind in (Facts, Run)
        )
        with place:
            return one_step.check(_picked(facts, run))
    except UserError as problem:
        page.refuse(problem)


def _picked(facts, run):
    first = [word for word in facts.words if len(word) > 3][:2] or list(facts.words[:2])
    center = " ".join(facts.tokenize(_text("Center word c", first[0], "gr_trained_center")))
    window = facts.tokenize(_text("Outside words, o first", first[-1], "gr_trained_outside"))
    K, seed = number("gr_K"), number("gr_seed", help="the negatives are drawn with it")
    noise = pairs.noise_distribution(facts.counts, run.settings.noise_power)
    drawn = [facts.words[k] for k in pairs.draw(noise, (K,), np.random.default_rng(seed))]
    typed = facts.tokenize(
        _text("Negatives (empty: drawn from the noise)", "", "gr_trained_negatives")
    )
    if not window:
        raise UserError("Type at least one outside word.")
    st.caption(
        "The microscope shows at most 8 words of the vocabulary, and its softmax is over these "
        "alone."
    )
    return one_step.pick(facts, run.center, run.context, center, window, typed or drawn)
