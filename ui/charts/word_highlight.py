"""A word under the pointer, or one that is clicked, lights with its nearest neighbors in every
picture of the page.

The pictures share two hidden inputs of the page (ui/server.py), which hold the words: `#lit` those
of the last click, `#hovered` those under the pointer. The animations and the signals of the still
charts are bound to them.
"""

import altair as alt
import numpy as np

LIT = 3  # neighbors that are lit with a word
CLICKED, HOVERED = "lighting", "hovering"  # selections
BETWEEN = "|"  # words
# The words to be lit, and whether that of a row is one of them, or there are none
NOW = f"({HOVERED}_lit || {CLICKED}_lit)"
IS_LIT = f"(!{NOW} || indexof(split({NOW}, '{BETWEEN}'), datum.word) >= 0)"


def params() -> list[alt.Parameter]:
    """The selections of a still chart whose rows have the columns word and lit."""
    return [
        _bound(CLICKED, "#lit", on="click"),
        _bound(HOVERED, "#hovered", on="pointerover", clear="pointerout"),
    ]


def _bound(name, place, **events):
    shared = alt.BindDirect(element=place, event="input")
    return alt.selection_point(name=name, fields=["lit"], bind={"lit": shared}, **events)


def column(words, points) -> list[str]:
    """The column lit: each word, and those nearest to it in the picture. points: (n, 2)."""
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1)
    nearest = np.argsort(apart, axis=1, kind="stable")
    return [
        BETWEEN.join([word, *[words[i] for i in row if i != k][:LIT]])
        for k, (word, row) in enumerate(zip(words, nearest, strict=True))
    ]
