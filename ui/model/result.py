"""Shows a model: its animation, its loss, its numbers, its nearest words."""

import difflib

import numpy as np
import pandas as pd
import streamlit as st

from core.texts import words_to_plot
from core.vectors import metrics, vector_files
from ui.charts import drawing
from ui.jobs.follow import Redrawn
from ui.model import charts
from ui.player import player

HEIGHT = 480  # of the animation, its controls included
NEAREST = 5  # neighbors listed in tooltips and in the table
WAYS = {"exercise": "The exercise", "groups": "Groups", "frequent": "Frequent", "own": "My own"}


def show(seen, settings, run):
    """Draw everything about a finished or stopped training; run names it for the player."""
    chosen, normalize = word_controls(seen.facts)
    left, right = columns()
    share = near = None
    if chosen.words:
        near = _neighbors(seen.vectors, seen.facts, chosen.words)
        frames, share = seen.frames(chosen, normalize)
        animation(left, seen, chosen, normalize, run, frames, near)
        left.caption(
            "Press play to watch the vectors move. **Look for:** words of one color and shape "
            "that end up together, away from the others. Faint words are too rare to interpret. "
            "Position has no meaning, distance has."
        )
    loss(Redrawn(right), seen, settings.epochs)
    right.caption(
        "**Look for:** a solid line well below the dotted one. A model that stays on the dotted "
        "line has learned how frequent words are, but nothing about the word in the center; "
        "shuffling the center words then costs nothing."
    )
    _numbers(seen, chosen, share)
    left, right = st.columns([3, 5], gap="large")
    with left:
        _nearest(seen, chosen)
    with right:
        _table(seen.facts, chosen, near)
    _downloads(seen, chosen, normalize, near)


def columns():
    """The places of the animation and of the loss curve."""
    return st.columns([3, 2], gap="medium")


def word_controls(facts):
    """Draw the choice of words and of normalizing; returns both."""
    ways = words_to_plot.ways(facts)
    choice, normal = st.columns([4, 1], vertical_alignment="bottom")
    way = choice.segmented_control(
        "Words shown",
        ways,
        default=ways[0],
        required=True,
        key="show",
        bind="query-params",
        format_func=WAYS.get,
    )
    text = (
        st.text_input(
            "My words (a semicolon starts a new group)",
            key="words",
            bind="query-params",
            placeholder="pies kot koń; deszcz śnieg wiatr",
        )
        if way == "own"
        else ""
    )
    normalize = normal.toggle(
        "Normalize",
        value=True,
        key="normalize",
        bind="query-params",
        help="Divide each vector by its length before the picture is made: what is left is "
        "direction, which is what neighbors are judged by.",
    )
    chosen = words_to_plot.choose(facts, way, text)
    if chosen.missing:
        st.warning(
            f"Not in the vocabulary: {', '.join(chosen.missing[:20])}. A word must be in the text "
            "often enough."
        )
    if not chosen.words:
        st.info(
            "Type words that occur in the text, for example: "
            + ", ".join(words_to_plot.examples(facts))
        )
    return chosen, normalize


def animation(place, seen, chosen, normalize, run, frames, near=None):
    """Mount the animation of the chosen words; frames may still be empty."""
    with place:
        return player.animation(
            _picture(chosen),
            key="main",
            frames=frames,
            static=_static(seen.facts, chosen, near),
            run=str(hash((run, chosen, normalize))),
            labels=seen.epochs,
            height=HEIGHT,
        )


def loss(place, seen, epochs):
    """Draw the loss curve so far."""
    last = seen.snapshots[-1] if seen.snapshots else None
    # Drawn windows make passes of their own
    end = round(last.epoch / last.done, 2) if last and last.done else epochs
    rows = charts.loss_rows(seen.curve, end, seen.references)
    drawing.draw(place, charts.loss, end, seen.references, rows=rows, height=HEIGHT)


def _picture(chosen):
    return drawing.spec(charts.embedding, *dict.fromkeys(chosen.groups))


def _static(facts, chosen, near):
    counts = [int(facts.counts[facts.index[word]]) for word in chosen.words]
    return {
        "word": chosen.words,
        "group": chosen.groups,
        "gloss": [facts.glosses.get(w, "") for w in chosen.words],
        "count": [_count(c) for c in counts],
        "faint": [c < words_to_plot.RARE for c in counts],
        "nearest": [", ".join(row) for row in near] if near else [""] * len(counts),
    }


def _count(count):
    return f"{count} times" + (": do not interpret" if count < words_to_plot.RARE else "")


def _neighbors(vectors, facts, chosen):
    near, _ = metrics.neighbors(vectors, [facts.index[word] for word in chosen], NEAREST)
    return [[facts.words[k] for k in row] for row in near]


def _numbers(seen, chosen, share):
    cluster, kept, loss, gap = st.columns(4)
    if len(set(chosen.groups)) > 1:
        rows = [seen.facts.index[word] for word in chosen.words]
        score = metrics.cluster_score(
            seen.vectors[rows], np.array(chosen.labels), np.random.default_rng(0)
        )
        cluster.metric("Cluster score (silhouette)", f"{score.score:.2f}")
        verdict = "more than chance" if score.score > score.null_95 else "no more than chance"
        cluster.caption(
            f"{verdict}: with shuffled groups 95 % stay below {score.null_95:.2f}. 1 is perfect, "
            "0 no clusters. Measured in all dimensions."
        )
    if share is not None:
        kept.metric("The picture keeps", f"{share:.0%}")
        kept.caption("of the variance of these words; the rest lies in dimensions you cannot see.")
    last, references = seen.snapshots[-1], seen.references
    loss.metric("Loss per pair", f"{last.loss:.3f}")
    loss.caption(
        f"nats; {references.at_start:.3f} before training, {references.without_center:.3f} is the "
        "best that ignores the center word."
    )
    gap.metric("Shuffled-center gap", f"{last.shuffled - last.loss:+.3f}")
    gap.caption(
        "nats lost when center words are shuffled; 0 means that the model does not use them."
    )


def _nearest(seen, chosen):
    facts, first = seen.facts, (chosen.words or seen.facts.words)[0]
    typed = st.text_input("Nearest words of", placeholder=first, key="word", bind="query-params")
    word = (facts.tokenize(typed[:200]) or [first])[0]
    if word not in facts.index:
        close = difflib.get_close_matches(word, facts.words, 3)
        st.info(
            f"“{word}” is not in the vocabulary."
            + (f" Similar: {', '.join(close)}." if close else "")
        )
        return
    (row,), (cosines,) = metrics.neighbors(seen.vectors, [facts.index[word]], 10)
    nearest = pd.DataFrame({"word": [facts.words[k] for k in row], "cosine": cosines})
    drawing.draw(st, charts.neighbors, len(row), rows=nearest)
    gloss = f" ({facts.glosses[word]})" if word in facts.glosses else ""
    st.caption(
        f"{word}{gloss} was seen {_count(int(facts.counts[facts.index[word]]))}. **Look for:** "
        "words that could take its place in a sentence."
    )


def _table(facts, chosen, near):
    st.markdown("**The words shown**")
    counts = [int(facts.counts[facts.index[w]]) for w in chosen.words]
    st.dataframe(
        {
            "word": chosen.words,
            "meaning": [facts.glosses.get(w, "") for w in chosen.words],
            "group": chosen.groups,
            "seen (times)": counts,
            "note": ["do not interpret" if c < words_to_plot.RARE else "" for c in counts],
            "nearest words": [", ".join(n) for n in near or []],
        },
        hide_index=True,
        height=420,
    )


def _downloads(seen, chosen, normalize, near):
    animation, vectors, _ = st.columns([2, 2, 3])
    if chosen.words:
        animation.download_button(
            "Animation as a web page",
            on_click="ignore",
            file_name="word2vec-animation.html",
            width="stretch",
            data=lambda: player.html(
                _picture(chosen),
                seen.frames(chosen, normalize)[0],
                _static(seen.facts, chosen, near),
                title="word2vec, while it learns",
                labels=seen.epochs,
            ),
        )
    if seen.run:
        vectors.download_button(
            "Vectors (word2vec text format)",
            on_click="ignore",
            file_name="vectors.txt",
            width="stretch",
            data=lambda: vector_files.text(seen.facts.words, seen.run.center),
        )
