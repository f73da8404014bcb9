"""A picture of words: how it is made, whether to believe it, and what is selected in it."""

from collections import Counter
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UserError
from core.projections import maps, tsne
from core.vectors.picture_trust import Trust
from ui import page
from ui.charts import drawing, labels, theme
from ui.controls import address, widgets
from ui.controls.table import CONTROLS
from ui.escaping import shown
from ui.explore import captions, charts, own_axes, source
from ui.jobs.follow import Redrawn, follow
from ui.player import lasso
from ui.train import result

LASSO, SELECTED = "lasso", "words selected"
RINGED = 60  # words up to which those whose place lies have a ring; of more, they are pale
NAMED = 60  # words up to which each has its name beside its point
HEIGHT = 460  # pixels
# Pixels of the picture at the sizes that labels are placed for: a projector and a phone
SIZE, PHONE = (620, 440), (330, 400)


@dataclass(frozen=True, eq=False)
class Asked:
    """What a picture shows, and the task that makes it."""

    rows: list  # of the words
    groups: list  # the name of the group of each
    request: tuple
    titles: tuple = ("", "")  # of its axes
    k: int = 10  # neighbors by which it is judged


@dataclass(frozen=True, eq=False)
class Drawn:
    """A picture: words and their places."""

    asked: Asked
    points: np.ndarray  # (n, 2)
    trust: Trust | None


def controls(space, extra=()):
    """Draw the choices in a popover; returns what is asked for. extra: rows that must be shown."""
    with st.popover("The picture", width="stretch"):
        kind = widgets.menu("ex_map")
        if kind == "svd":
            chosen = result.words(space.source.facts)
            normalize = widgets.toggle("normalize")
        else:
            _many(kind, space.source.facts)
    try:
        if kind == "svd":
            return _of_words(space, chosen, normalize, extra)
        return _of_many(space, kind, extra)
    except UserError as problem:
        page.refuse(problem)


def made(asked, key, draw=None):
    """Compute a picture; draw is called with it while it moves. The run of the page ends if it is
    stopped before there is one.
    """

    def drawn(items):
        found = [item for item in items["map"] if isinstance(item, maps.Map)]
        if found and draw:
            draw(Drawn(asked, found[-1].points, found[-1].judged))

    try:
        items, _ = follow({"map": asked.request}, drawn, key=key, said="Placing words", last=False)
    except UserError as problem:
        page.refuse(problem)
    found = [item for item in items["map"] if isinstance(item, maps.Map)]
    if not found:
        st.stop()
    return Drawn(asked, found[-1].points, found[-1].judged)


def draw(place, drawn, words, around=None):
    """Draw it. around: the row of the word asked for and its neighbors there."""
    asked = drawn.asked
    rows = _rows(drawn, words, asked.groups, around)
    order = tuple(dict.fromkeys(asked.groups))
    return drawing.draw(place, charts.picture, order, *asked.titles, rows=rows, height=HEIGHT)


def draw_to_select(place, drawn, words, names, around=None):
    """Draw it so that words can be selected with a lasso. names: of the groups; around: as for
    `draw`.
    """
    asked = drawn.asked
    with place.container():
        lasso.draw(
            charts.picture,
            tuple(dict.fromkeys(names)),
            *asked.titles,
            rows=_rows(drawn, words, names, around),
            key=LASSO,
            height=HEIGHT,
            on_selected=partial(_select, [words[row] for row in asked.rows]),
        )


def show(space):
    """The picture, large, with what can be selected in it."""
    how, more, _ = st.columns([2, 2, 3])
    with how:
        asked = controls(space)
    with more.popover("Clusters and seeds", width="stretch"):
        count = widgets.number("ex_clusters")
        again = "t_sne" in asked.request[0] and widgets.toggle("ex_reseed")
    place = Redrawn(st, HEIGHT)
    words = space.source.words
    drawn = made(asked, "explore_map", lambda moving: draw(place, moving, words))
    names, vectors = asked.groups, space.vectors[asked.rows]
    if count:
        try:
            found = maps.clusters(vectors, count, 0)
        except UserError as problem:
            page.refuse(problem)
        told = maps.named(tuple(words[k] for k in asked.rows), vectors, found)
        names = [told[k] for k in found]
    draw_to_select(place.element, drawn, words, names)
    st.caption(captions.picture(asked.request[0], len(asked.rows), asked.request[2] is not False))
    believe(drawn, words)
    if again:
        _another_seed(asked, drawn)
    selection(space)


def believe(drawn, words):
    """The lie detector: how many neighbors in the picture are real, and the words that lie."""
    judged = drawn.trust
    if judged is None:
        st.caption(captions.not_judged(len(drawn.points), maps.JUDGED))
        return
    number, said = st.columns([1, 3], vertical_alignment="center")
    number.metric("Real neighbors in the picture", f"{judged.mean:.0%}")
    lying = [words[drawn.asked.rows[k]] for k in np.flatnonzero(judged.marked)]
    said.markdown(
        captions.trust(judged, len(drawn.points), [shown(word) for word in lying], RINGED)
    )


def _another_seed(asked, drawn):
    task, vectors, seed, *others = asked.request
    second = Asked(asked.rows, asked.groups, (task, vectors, seed + 1, *others), k=asked.k)
    other = made(second, "explore_again")
    shared = maps.shared(drawn.points, other.points, asked.k)
    st.metric("Neighbors that another seed shows too", f"{shared.mean:.0%}")
    st.caption(captions.reseeded(shared, seed))


def _many(kind, facts):
    example = own_axes.example(facts)
    widgets.number("ex_most")
    if kind == "tsne":
        widgets.number("ex_seed")
        widgets.number("ex_perplexity")
    if kind == "axes":
        widgets.text("ex_x", placeholder=example)
        widgets.text("ex_y", placeholder=own_axes.second(facts))


def _of_words(space, chosen, normalize, extra):
    index = space.source.facts.index
    rows = [index[word] for word in chosen.words]
    groups = list(chosen.groups)
    for row in extra:
        if row not in rows:
            rows, groups = [*rows, row], [*groups, charts.OTHERS]
    if len(rows) < 3:
        raise UserError("A picture needs at least three words: choose more words to plot.")
    k = min(10, max(1, len(rows) // 4))
    vectors = _vectors(space, rows)
    return Asked(rows, groups, ("core.projections.maps:svd", vectors, normalize, k), k=k)


def _of_many(space, kind, extra):
    most = min(address.value("ex_most"), len(space.source.words))
    most = min(most, tsne.MOST) if kind == "tsne" else most
    rows = [*range(most), *(row for row in extra if row >= most)]
    if len(rows) < 3:
        raise UserError("A picture needs at least three words.")
    group_of = {
        word: name for name, members in space.source.facts.groups.items() for word in members
    }
    groups = [group_of.get(space.source.words[k], charts.OTHERS) for k in rows]
    k, vectors = min(10, len(rows) - 1), _vectors(space, rows)
    if kind == "pca":
        return Asked(rows, groups, ("core.projections.maps:svd", vectors, True, k), k=k)
    if kind == "tsne":
        seed, perplexity = address.value("ex_seed"), address.value("ex_perplexity")
        request = "core.projections.maps:t_sne", vectors, seed, perplexity, k
        return Asked(rows, groups, request, k=k)
    ends = [own_axes.ends(space.source, address.value(key)) for key in ("ex_x", "ex_y")]
    if not all(ends):
        raise UserError(
            "Two axes are needed, each written like “"
            f"{own_axes.example(space.source.facts)}”: words of one end, an arrow, words of the "
            "other."
        )
    # Both ends may lie beyond the words shown
    shown_rows = list(dict.fromkeys([*rows, *(n for pair in ends for end in pair for n in end)]))
    groups += [charts.OTHERS] * (len(shown_rows) - len(rows))
    place = {row: n for n, row in enumerate(shown_rows)}
    spans = [tuple(tuple(place[n] for n in end) for end in pair) for pair in ends]
    request = "core.projections.maps:spanned", _vectors(space, shown_rows), *spans, k
    titles = tuple(address.value(key) for key in ("ex_x", "ex_y"))
    return Asked(shown_rows, groups, request, titles, k)


def _vectors(space, rows):
    name = space.source.name, space.side, tuple(rows)
    return maps.Vectors(name, np.ascontiguousarray(space.vectors[rows], np.float32))


def _rows(drawn, words, groups, around):
    n, asked = len(drawn.points), drawn.asked
    named = np.full(n, n <= NAMED)
    role, target = np.full(n, None, object), np.full((n, 2), np.nan)
    if around is not None:
        own, near = around
        named[own] = True
        for one in near:
            named[one.row] = True
            role[one.row] = list(charts.ROLES)[not one.real]
            target[one.row] = drawn.points[own]
    elif n > NAMED:
        named[_central(asked.rows, words, groups)] = True
    texts = [words[row] if label else "" for row, label in zip(asked.rows, named, strict=True)]
    offsets, narrow = np.zeros((n, 2)), np.zeros((n, 2))
    where = np.flatnonzero(named)[: 2 * NAMED]
    shown = [texts[k] for k in where]
    offsets[where] = labels.place(_pixels(drawn, SIZE)[where], shown, *SIZE)
    places = _pixels(drawn, PHONE)[where]
    narrow[where] = labels.place(places, shown, *PHONE)
    clear = labels.readable(places, narrow[where], shown)
    fit = dict(zip(where.tolist(), clear.tolist(), strict=True))
    judged = drawn.trust
    return pd.DataFrame(
        {
            "x": drawn.points[:, 0],
            "y": drawn.points[:, 1],
            "word": [words[row] for row in asked.rows],
            "group": groups,
            "label": texts,
            "ox": offsets[:, 0],
            "oy": offsets[:, 1],
            "narrow_label": [text if fit.get(k) else "" for k, text in enumerate(texts)],
            "narrow_ox": narrow[:, 0],
            "narrow_oy": narrow[:, 1],
            "size": 130 if n <= NAMED else 60 if n <= 1_000 else 24,
            "ringed": judged.marked if judged and n <= RINGED else False,
            "opacity": np.where(judged.marked, 0.3, 0.95) if judged and n > RINGED else 0.95,
            "role": role,
            "x2": target[:, 0],
            "y2": target[:, 1],
            "tip": [f"{share:.0%}" for share in judged.each] if judged else "",
        }
    )


def _pixels(drawn, size):
    """Where the points are on a screen of this size, about: (n, 2)."""
    if any(drawn.asked.titles):
        low, high = drawn.points.min(0), drawn.points.max(0)
        share = (drawn.points - low) / np.where(high > low, high - low, 1)
        return (share * [1, -1] + [0, 1]) * size
    return drawn.points * np.array([1, -1]) * _unit(size) + np.array(size) / 2


def _unit(size):
    """Pixels of a unit, as `charts.picture` has them."""
    return min(size[0] / maps.ASPECT, size[1]) / (2 * theme.EDGE)


def _central(rows, words, groups):
    """The words that stand for their groups: those a cluster is named by, else the first three."""
    found, count = [], Counter()
    for k, (row, group) in enumerate(zip(rows, groups, strict=True)):
        clustered = ", " in group
        if words[row] in group.split(", ") if clustered else group != charts.OTHERS:
            count[group] += 1
            found += [k] * (count[group] <= 3)
    return found


def _select(words):
    """Keep the words inside a lasso; in the address, too, if they are few enough for a link."""
    chosen = [words[k] for k in lasso.selected(LASSO) if k < len(words)]
    said = " ".join(chosen)
    st.session_state[SELECTED] = chosen
    address.put(ex_picked=said if len(said) <= CONTROLS["ex_picked"].most else None)


def selection(space):
    """The words inside the lasso, or typed: their names to copy, and a group of them."""
    typed = widgets.text(
        "ex_picked",
        placeholder="draw around words in the picture, or type them here",
        then=lambda: st.session_state.pop(SELECTED, None),
    )
    chosen = [w for w in st.session_state.get(SELECTED, ()) if w in space.source.facts.index]
    if typed and typed != " ".join(chosen):
        chosen = [space.source.words[k] for k in source.rows(space.source, typed)]
    if not chosen:
        return
    st.markdown(f"**{len(chosen):,} words selected**")
    st.code("\n".join(chosen[:1_000]), language=None, height=160)
    color, _ = st.columns([1, 2])
    color.button(
        "Show as a group",
        help="As a group of its own among “My words” of the pictures.",
        on_click=_as_group,
        args=(chosen,),
        width="stretch",
    )


def _as_group(chosen):
    before = address.value("words") if address.value("show") == "own" else ""
    more = "; ".join(part for part in (before, " ".join(chosen[:60])) if part)
    address.put(show="own", words=more[:2_000], ex_map="svd", ex_clusters=None)
