"""A click on a word lights it and its nearest neighbors in every picture of the page.

The pictures share one hidden input of the page, `#lit`, which holds the words: the film's player
and the signals of the still charts are bound to it.
"""

import altair as alt
import numpy as np

LIT = 3  # neighbors that are lit with a word
PLACE = '<input type="hidden" id="lit" value="">'
PARAM = "lighting"
BETWEEN = "|"  # words
# Whether a row's word is to be lit: one of those chosen, or none is chosen
IS_LIT = (
    f"(!{PARAM}_lit || indexof(split({PARAM}_lit, '{BETWEEN}'), datum.word) >= 0)"  # of the field
)


def param() -> alt.Parameter:
    """The selection of a still chart whose rows have the columns word and lit."""
    shared = alt.BindDirect(element="#lit", event="input")
    return alt.selection_point(name=PARAM, fields=["lit"], on="click", bind={"lit": shared})


def column(words, points) -> list[str]:
    """The column lit: each word, and those nearest to it in the picture. points: (n, 2)."""
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1)
    nearest = np.argsort(apart, axis=1, kind="stable")
    return [
        BETWEEN.join([word, *[words[i] for i in row if i != k][:LIT]])
        for k, (word, row) in enumerate(zip(words, nearest, strict=True))
    ]
