"""Shows a model: its animation, its loss, its numbers, its nearest words."""

import difflib

import pandas as pd
import streamlit as st

from core.seeds import run_set
from core.texts import words_to_plot
from core.vectors import neighbors_and_clusters
from ui.classroom import handing_in
from ui.controls import widgets
from ui.controls.page_tables import SHOW
from ui.escaping import sentence, shown, table
from ui.player import page_export, player, still
from ui.text import reading
from ui.train import charts, files_out, frames, picture


def show(seen, settings, run):
    """Draw everything about a finished or stopped training; returns what it says about the groups
    of the words shown, None without words. run: names it for the player.
    """
    reading.warn(seen.facts)
    chosen, look = word_controls(seen.facts, turned=True)
    left, right = places = picture.columns()
    picture.show(places, seen, chosen, look, run, settings.epochs)
    if chosen.words:
        left.caption(_picture_says(chosen))
    right.caption(
        "**Look for:** a solid line well below the dotted one. A model that knows only how "
        "frequent words are lies on the dotted line, and shuffling the center words costs it "
        "nothing." + _judged(seen, settings)
    )
    groups = seen.groups(chosen)
    _numbers(seen, settings, chosen, look, groups)
    left, right = st.columns([3, 5], gap="large")
    with left:
        _nearest(seen, chosen)
    with right:
        _table(seen, chosen)
    _downloads(seen, chosen, look, run)
    return groups


WHOLE = 0.9995  # share of the variance from which all of it is shown


def word_controls(facts, turned=False):
    """Draw the choice of words and of how they are shown; returns both. turned: the picture follows
    the one before, unless a switch says otherwise.
    """
    row, switches = st.columns([5, 1], vertical_alignment="center")
    switches = switches.popover("Picture", width="stretch")
    chosen = words(facts, row)
    normalize = widgets.toggle("normalize", switches)
    as_computed = widgets.toggle("as_computed", switches) if turned else True
    return chosen, frames.Look(normalize, as_computed)


def words(facts, row=st):
    """Draw the choice of words in a row, and below it what else it needs; returns the words."""
    choices = words_to_plot.choices(facts)
    choice = widgets.segments(
        "show",
        row,
        options={choice: SHOW[choice] for choice in choices},
        label_visibility="collapsed",
    )
    example = words_to_plot.example(facts)
    text = widgets.text("words", placeholder=example) if choice == "own" else ""
    chosen = words_to_plot.choose(facts, choice, text)
    if chosen.missing:
        st.warning(
            f"Not in the vocabulary: {shown(', '.join(chosen.missing[:20]), 400)}. A word must "
            "occur often enough in the text."
        )
    if not chosen.words:
        st.info(
            "Type words that occur in the text, a semicolon between groups. Until then this "
            f"example is shown: {shown(example, 400)}"
        )
        chosen = words_to_plot.choose(facts, "own", example)
    return chosen


def _picture_says(chosen):
    """What to look for among these words, which may be one group or several, or a single word."""
    if len(chosen.words) == 1:
        return (
            "**Look for:** nothing yet: only how far apart two points are means something. Choose "
            "more words."
        )
    wanted = (
        "points of the same color and shape that end up together, away from the others"
        if len(set(chosen.groups)) > 1
        else "words of similar use that end up close together"
    )
    return (
        f"**Look for:** {wanted}. Where a point lies means nothing; how far apart two points are "
        "does. Click a word to light its neighbors."
    )


def _judged(seen, settings):
    """What the loss is measured on while the model is trained."""
    said, some = "", seen.references
    if some.centers < some.words:
        said = (
            f" All lines are measured on the same {some.centers:,} of {some.words:,} center words"
        )
        whole = seen.run and seen.run.references.centers == some.words
        said += ", the number below on all of them." if whole else "."
    if settings.subsample:
        said += " Subsampling thins the text, and all lines are those of the thinned text."
    return said


def _numbers(seen, settings, chosen, look, groups):
    cluster, kept, loss, gap = st.columns(4)
    if groups and groups.score:
        score = groups.score
        cluster.metric("Silhouette score (all dimensions)", f"{score.score:.2f}")
        verdict = "Above chance" if score.clear else "No more than chance"
        cluster.caption(
            run_set.too_few(chosen.labels)
            or f"{verdict} (p = {score.p_value:.2g}): with shuffled group labels, 95% of scores "
            f"stay below {score.null_95:.2f}. 1 is perfect, 0 means no clusters."
        )
    if len(chosen.words) > 1:
        share = seen.picture(chosen, look.normalize).share
        kept.metric("Variance shown", f"{share:.0%}")
        rest = ", the rest in dimensions that it does not show" if share < WHOLE else ""
        kept.caption(f"of the variance of these words lies in the picture{rest}.")
    elif chosen.words:
        kept.metric("Variance shown", "none")
        kept.caption("One word alone has no variance.")
    # The run is judged by all its words; what is on the way, by some of them
    last = seen.run.losses if seen.run else seen.snapshots[-1]
    references = seen.run.references if seen.run else seen.references
    some = references.centers < references.words
    error = f" ± {last.error:.3f} (from {references.centers:,} center words)" if some else ""
    divided = ", divided by 1 + K" if settings.loss == "negative-sampling" else ""
    # The exact solver starts from a factorization, which is far better
    zeros = "With all vectors zero" if settings.optimizer == "exact" else "Before training"
    loss.metric("Loss per pair", f"{last.loss:.3f}")
    loss.caption(
        f"nats{error}{divided}. {zeros}: {references.at_start:.3f}; best from word "
        f"frequencies alone: {references.without_center:.3f}."
    )
    gap.metric("Cost of shuffling the center words", f"{last.shuffled - last.loss:+.3f}")
    error = f" ± {last.gap_error:.3f}" if some else ""
    gap.caption(
        f"nats{error} that the loss rises by when the center words are shuffled; 0 means that the "
        "model does not use them."
    )


def _nearest(seen, chosen):
    facts, first = seen.facts, (chosen.words or seen.facts.words)[0]
    typed = widgets.text("word", placeholder=first)
    word = (facts.tokenize(typed[:200]) or [first])[0]
    if word not in facts.index:
        close = difflib.get_close_matches(word, facts.words, 3)
        st.info(
            f"“{shown(word)}” is not in the vocabulary."
            + (f" Similar words: {shown(', '.join(close), 200)}." if close else "")
        )
        return
    (row,), (cosines,) = neighbors_and_clusters.neighbors(seen.vectors, [facts.index[word]], 10)
    nearest = pd.DataFrame({"word": [facts.words[k] for k in row], "cosine": cosines})
    still.draw(charts.neighbors, len(row), rows=nearest, key="nearest")
    gloss = f" ({facts.meaning(word)})" if facts.meaning(word) else ""
    st.caption(
        f"{shown(word)}{gloss} occurs {frames.count_told(int(facts.counts[facts.index[word]]))}. "
        "**Look for:** words that could take its place in a sentence."
    )


def _table(seen, chosen):
    """The words in a table of Markdown: Streamlit's own table loads as much as all other parts of
    the page, before the first picture.
    """
    facts, near = seen.facts, frames.static(seen, chosen)["nearest"]
    st.markdown("**The words shown**")
    columns = {
        "word": chosen.words,
        "meaning": [facts.meaning(word) for word in chosen.words],
        "group": chosen.groups if len(set(chosen.groups)) > 1 else [],
        "times": [f"{facts.counts[facts.index[word]]:,}" for word in chosen.words],
        "nearest neighbors": near,
    }
    columns = {name: cells for name, cells in columns.items() if any(cells)}
    with st.container(key="words_shown"):
        rows = zip(*columns.values(), strict=True)
        st.markdown(table(tuple(columns), [map(sentence, row) for row in rows]))


def _downloads(seen, chosen, look, run):
    animation, vectors, receipt = st.columns([2, 2, 3])
    if chosen.words:
        animation.download_button(
            "Download the animation (HTML)",
            on_click="ignore",
            file_name=f"{page_export.stamp('Train').name}.html",
            width="stretch",
            data=lambda: _page(seen, chosen, look),
        )
    if seen.run:
        with vectors.popover("Download other files", width="stretch"):
            files_out.run(st, *run[:2], seen)
        if handing_in.wanted():
            handing_in.of_run(receipt, *run[:2], seen.run)


def _page(seen, chosen, look):
    chart, moving, static, options = picture.take_home(seen, chosen, look)
    title = " · ".join(("word2vec while it learns", *page_export.stamp("Train").lines))
    return player.html(chart, moving, static, title=title, **options)
