"""Lists that people made: analogies answered right, and similarity as people judge it."""

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UserError
from core.vectors import intrinsic_evaluation
from ui import page
from ui.charts import drawing
from ui.controls import widgets
from ui.escaping import shown
from ui.explore import captions, charts

MEGABYTES = 5
EXAMPLES = {
    "analogies": ": capitals\nberlin germany paris france\nwarsaw poland rome italy\n",
    "similarity": "film\tserial\t7.5\nfilm\tksiążka\t5.0\nfilm\tdeszcz\t1.0\n",
}


def show(space):
    """A list that is brought, and how the vectors do on it."""
    kind = widgets.segments("ex_list", label_visibility="collapsed")
    upload, paste = st.columns(2)
    brought = upload.file_uploader(
        "A list as a file", key=f"ex_upload_{kind}", max_upload_size=MEGABYTES
    )
    typed = paste.text_area(
        "or typed here", key=f"ex_typed_{kind}", placeholder=EXAMPLES[kind], height=120
    )
    st.caption(captions.LISTS[kind])
    text = brought.getvalue().decode("utf8", "replace") if brought else typed
    if not text.strip():
        return
    try:
        (_analogies if kind == "analogies" else _similarity)(space, text)
    except UserError as problem:
        page.say(problem)


def _analogies(space, text):
    questions = intrinsic_evaluation.read_questions(text)
    scores = intrinsic_evaluation.scorecard(space.source.words, space.vectors, questions)
    rows = pd.DataFrame(
        {
            "section": [shown(score.section) for score in scores],
            "share": [score.right / max(score.asked, 1) for score in scores],
            "told": [captions.score(score) for score in scores],
            "enough": [
                score.asked >= intrinsic_evaluation.ENOUGH * score.listed for score in scores
            ],
        }
    )
    drawing.draw(st, charts.sections, rows=rows, height=30 * len(rows) + 60)
    right, asked, listed = (
        sum(getattr(score, name) for score in scores) for name in ("right", "asked", "listed")
    )
    st.metric("Analogies answered right", f"{right / asked:.0%}" if asked else "none asked")
    st.caption(captions.scorecard(right, asked, listed, len(space.source.words)))


def _similarity(space, text):
    pairs = intrinsic_evaluation.read_pairs(text)
    found = intrinsic_evaluation.similarity(
        space.source.words, space.vectors, pairs, np.random.default_rng(0)
    )
    if not found.readable:
        st.markdown(f":gray[**Spearman's correlation: {found.spearman:.2f}**]")
        st.info(captions.unreadable(found))
        return
    st.metric("Spearman's correlation with people", f"{found.spearman:.2f}")
    st.caption(captions.correlation(found))
