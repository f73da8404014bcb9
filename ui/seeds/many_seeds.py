"""What many runs say: verdict, small pictures, shared neighbors, clusters, stable words, clouds."""

import numpy as np
import pandas as pd
import streamlit as st

from core.seeds import run_set, verdict
from core.seeds.run_measures import Measures
from core.seeds.trial import POOL, Sketch, Trial
from core.vectors import agreement
from ui.charts import drawing
from ui.controls import address, widgets
from ui.jobs.follow import Redrawn, follow
from ui.seeds import captions, charts, small_pictures, suspects
from ui.train import result

HEIGHT = 440  # of the small pictures
ROOM = 7  # pictures side by side that leave room for a score beside the seed
CLICK = (
    "Point at a mark to light its word and the nearest ones in every picture; a click keeps them "
    "lit. Click a picture beside its marks to open its run on the page Train."
)


def columns():
    """The places of the small pictures and of the numbers beside them."""
    return st.columns([8, 5], gap="medium")


def show(text, trials, names, links, k, floor, place):
    """Compare finished runs of a text. names, links: one for each run; place: of the verdict."""
    chosen, look = result.word_controls(trials.facts)
    normalize = look.normalize
    if chosen.missing and len(trials.facts.words) == POOL:
        st.caption(f"Only the {POOL:,} most frequent words of a text are compared between seeds.")
    left, right = columns()
    pictures = pictures_place(left)
    # They stay while the runs are compared
    arriving(pictures, names, links, trials.runs, trials.facts, chosen, normalize)
    with place:
        opening = _Opening(trials.facts, chosen)
        items, complete = follow(
            {
                "evidence": ("core.seeds.run_measures:of_trials", trials, chosen, k, floor),
                "study": ("core.seeds.run_set:study", trials, chosen, k, floor, normalize),
            },
            opening.draw,
            key="seeds_study",
            said="Comparing",
            short=True,
        )
    if not complete:
        return
    found = items["study"][-1]
    with left:
        _pictures(pictures, trials, names, links, chosen, normalize, found)
    with right:
        _overlap(trials.facts, found, k, floor)
        _clusters(found, names)
    left, right = st.columns(2, gap="medium")
    with left:
        _stability(trials.facts, chosen, found)
    with right:
        _clouds(chosen, found, names)
    _numbers(trials, names, found)
    suspects.controls_of(text, trials, opening.case, chosen, k, floor, opening.place)


class _Opening:
    """Draws the first verdict, which needs only the evidence, as soon as that is there."""

    def __init__(self, facts, chosen):
        self.facts, self.chosen, self.case = facts, chosen, None
        self.place = st.empty()

    def draw(self, items):
        """Draw it once."""
        if self.case is None and items["evidence"] and isinstance(items["evidence"][-1], Measures):
            self.case = verdict.case(items["evidence"][-1], self.facts, self.chosen)
            suspects.show(self.place, self.case)


def newest(items):
    """The newest vectors of a run: its Trial, its Sketch or None."""
    return next((item for item in reversed(items) if isinstance(item, Trial | Sketch)), None)


def pictures_place(column):
    """Draw the switch of the small pictures; returns the place for them below it."""
    widgets.toggle("seeds_aligned", column)
    return Redrawn(column)


def arriving(place, names, links, newest, facts, chosen, normalize, height=HEIGHT):
    """Draw the small pictures of runs under way. newest: a Trial, a Sketch or None for each run."""
    if not chosen.words:
        return
    rows = [facts.index[word] for word in chosen.words]
    vectors = [None if item is None else item.vectors[rows] for item in newest]
    going = [isinstance(item, Sketch) for item in newest]
    _draw_runs(place, names, links, [""] * len(names), vectors, normalize, going, chosen, height)


def _draw_runs(place, titles, links, marks, vectors, normalize, going, chosen, height=HEIGHT):
    """Draw small pictures of runs, made once for all who see the same. vectors: (n, d) of the
    chosen words of each run, or None; other arguments as for `draw_pictures`.
    """
    turned = aligned()

    def rows():
        here = [run for run in vectors if run is not None]
        every = list(range(len(chosen.words)))
        found = iter(run_set.pictures(here, every, normalize, turned) if here else ())
        pictures = [None if run is None else next(found) for run in vectors]
        return small_pictures.picture_rows(titles, links, marks, pictures, going, chosen)

    seen = tuple(None if run is None else (run.tobytes(), run.shape, run.dtype) for run in vectors)
    key = (*map(tuple, (titles, links, marks, going)), chosen, seen, normalize, turned)
    _draw_rows(place, len(titles), chosen, drawing.shared(("runs", *key), rows), height)


def aligned():
    """Whether the pictures are turned and mirrored onto the first."""
    return address.value("seeds_aligned")


def draw_pictures(place, titles, links, marks, pictures, going, chosen, height=HEIGHT):
    """Draw small pictures; arguments as for `small_pictures.picture_rows`."""
    rows = small_pictures.picture_rows(titles, links, marks, pictures, going, chosen)
    _draw_rows(place, len(titles), chosen, rows, height)


def _draw_rows(place, runs, chosen, rows, height):
    groups = tuple(dict.fromkeys(chosen.groups))
    drawing.draw(
        place,
        small_pictures.chart,
        *small_pictures.grid(runs),
        groups,
        rows=rows,
        height=height,
    )


def _pictures(place, trials, names, links, chosen, normalize, found):
    if not chosen.words:
        return
    rows = [trials.facts.index[word] for word in chosen.words]
    vectors = [run.vectors[rows] for run in trials.runs]
    titles, marks = list(names), [""] * len(names)
    scores = [score.score for score in found.full]
    scored = bool(scores) and small_pictures.grid(len(names))[0] <= ROOM
    if scored:
        titles = [f"{name}: {score:.2f}" for name, score in zip(names, scores, strict=True)]
    if scores and len(names) > 1:
        marks[int(np.argmin(scores))], marks[int(np.argmax(scores))] = "worst", "best"
    _draw_runs(place, titles, links, marks, vectors, normalize, [False] * len(names), chosen)
    st.caption(
        captions.pictures(bool(scores), scored, len(names) > 1, len(chosen.words))
        + (f" {CLICK}" if any(links) else "")
    )


def at_least(counts, pool, floor):
    """How often each of the compared words occurs at least; of a large vocabulary, words that occur
    often enough are left out, too.
    """
    fewest = int(counts[pool - 1])
    return fewest if pool == POOL else min(floor, fewest)


def _overlap(facts, found, k, floor):
    if not found.overlap:
        st.info("One run has nothing to be compared with.")
        return
    o = found.overlap
    st.markdown(
        f"Two runs share **{o.mean:.1%}** of the {found.k} nearest neighbors of a word. Chance: "
        f"**{o.chance:.1%}**, {found.k} of the {found.pool - 1:,} other words that occur at least "
        f"{at_least(facts.counts, found.pool, floor)} times."
        + captions.fewer(facts.counts, k, floor, found.pool, found.k)
    )
    rows = pd.DataFrame(
        [
            ("these runs", o.mean, *((o.mean, o.mean) if o.low is None else (o.low, o.high))),
            ("chance", o.chance, o.chance, o.chance),
        ],
        columns=["name", "mean", "low", "high"],
    )
    drawing.draw(st, charts.overlap, rows=rows, height=130)
    interval = (
        f"95% interval for other seeds and the same words: {o.low:.1%} to {o.high:.1%}."
        if o.low is not None
        else f"Fewer than {agreement.INTERVAL} runs do not show how much other seeds would differ."
    )
    n = len(o.pairs) * (len(o.pairs) - 1) // 2
    st.caption(
        f"Mean over {n:,} pair{'s' * (n > 1)} of runs. {interval} **Look for:** a bar far longer "
        "than that of chance."
    )


def _clusters(found, names):
    if not found.full:
        st.info(
            "Choose at least two groups, each with two known words or more, to see how well the "
            "seeds separate them. Seven words in all, such as 3 + 4, are the fewest that can be "
            "told from chance."
        )
        return
    if found.too_few:
        st.info(found.too_few)
    rows = pd.DataFrame(
        [
            {
                "seed": name,
                "space": space,
                "score": s.score,
                "null_mean": s.null_mean,
                "null_95": s.null_95,
            }
            for space, scores in zip(charts.SPACES, (found.full, found.flat), strict=True)
            for name, s in zip(names, scores, strict=True)
        ]
    )
    drawing.draw(st, charts.clusters, rows=rows, height=250)
    clear, flat = (np.mean([s.clear for s in scores]) for scores in (found.full, found.flat))
    st.caption(
        f"The groups score above chance with **{clear:.0%}** of the seeds in all dimensions, and "
        f"with **{flat:.0%}** in the picture. “Some seed shows the groups”, all seeds tested "
        f"together: p = {found.some:.2g}. Gray bars: from the mean score of shuffled groups to the "
        "score that 95% of them stay below. **Look for:** marks above their gray bars."
    )


def _stability(facts, chosen, found):
    st.markdown("**Which words can be trusted?**")
    if found.overlap:
        chance = found.k / (len(found.each) - 1)
        ends = max(1, int(facts.counts[-1]) - 1), int(10 ** np.ceil(np.log10(facts.counts[0])))
        # Not the digest: that of a finished sweep is what its folder claims
        seen = facts.words, facts.counts.tobytes(), found.each.tobytes()
        rows = drawing.shared(
            ("stability", *seen, chosen, chance),
            lambda: charts.stability_rows(facts, chosen, found.each, chance, *ends),
        )
        drawing.draw(st, charts.stability, *ends, rows=rows, height=380)
        st.caption(captions.stability(rows.frame, len(found.each)))
        with st.expander("The neighbors of each word, compared with chance"):
            st.dataframe(shared_by_word(facts, chosen, found.each, chance), hide_index=True)


def shared_by_word(facts, chosen, each, chance):
    """How far the neighbors of each chosen word are shared between runs, the least shared first."""
    rows = [facts.index[word] for word in chosen.words]
    told = {
        "word": chosen.words,
        "occurs (times)": facts.counts[rows],
        "neighbors shared by two runs": [f"{share:.0%}" for share in each[rows]],
        "by chance": f"{chance:.1%}",
    }
    return pd.DataFrame(told).iloc[np.argsort(each[rows], kind="stable")]


def _clouds(chosen, found, names):
    st.markdown("**Each word with every seed**")
    if chosen.words:
        rows = drawing.shared(
            ("clouds", chosen, found.clouds.tobytes(), found.steady.tobytes(), tuple(names)),
            lambda: charts.cloud_rows(chosen, found.clouds, found.steady, run_set.STEADY, names),
        )
        drawing.draw(st, charts.clouds, tuple(dict.fromkeys(chosen.groups)), rows=rows, height=380)
        st.caption(
            "The runs were aligned in all dimensions, by their frequent words, and then drawn in "
            "one plane. **Look for:** small clouds, apart from each other. A word is pale and "
            "marked (?) if its mean cosine with itself in another run is below "
            f"{run_set.STEADY:g}: it changes too much from run to run to be interpreted. Hover "
            "over a mark to read its word."
        )


def _numbers(trials, names, found):
    with st.expander("All numbers of each run"):
        runs = trials.runs
        table = {
            "run": names,
            "loss per pair (nats)": [r.loss for r in runs],
            "best from word frequencies alone (nats)": [r.without_center for r in runs],
            "cost of shuffling the center words (nats)": [r.shuffled - r.loss for r in runs],
            "share in the strongest direction": [r.energy for r in runs],
            "seconds": [r.seconds for r in runs],
        }
        if found.full:
            table |= {
                "silhouette score": [s.score for s in found.full],
                "p-value": [s.p_value for s in found.full],
                "silhouette score in the picture": [s.score for s in found.flat],
            }
        st.dataframe(table, hide_index=True)
    energy, gap, steady = st.columns(3)
    energy.metric("Share in the strongest direction", f"{np.mean([r.energy for r in runs]):.1%}")
    dim = runs[0].settings.dim
    energy.caption(
        f"Mean over the runs: {1 / dim:.1%} if all {dim} directions are used equally, 100% if all "
        "vectors are parallel."
    )
    gap.metric("Cost of shuffling the center words", f"{np.mean([r.gap for r in runs]):.1%}")
    gap.caption(
        "of the loss is what shuffling the center words costs; near 0% the model does not use them."
    )
    if found.overlap:
        steady.metric(
            "Unstable words",
            f"{np.mean(found.steady < run_set.STEADY) if len(found.steady) else 0:.0%}",
        )
        steady.caption(
            f"of the words shown have a mean cosine below {run_set.STEADY:g} with themselves in "
            "another run."
        )
