"""How the neighbors of a word came about, and which words settled first."""

import pandas as pd
import streamlit as st

from core.vectors import neighbor_histories
from ui.charts import drawing
from ui.escaping import shown
from ui.explore import captions, charts, neighbors
from ui.jobs.follow import results


def show(space):
    """The ten nearest words by epoch, and the epochs at which words settled."""
    if space.source.frames is None:
        st.info("A vector file holds no training to look at. Choose “this model” under “Vectors”.")
        return
    find, _ = st.columns([3, 2])
    row = neighbors.word(space, find)
    if row is None:
        return
    followed(space.source.frames, (row,), (), f"the neighbors of {shown(space.source.words[row])}")
    _settled(space.source)


def followed(frames, plus, minus, said, keep_inputs=False):
    """The bump chart of the ten words that are nearest at the end."""
    found, _ = results(
        "Following neighbors",
        "core.vectors.neighbor_histories:ranks",
        frames,
        plus,
        minus,
        10,
        keep_inputs,
        key="explore_ranks",
    )
    if not found:
        return
    (ranks,) = found
    count = len(ranks.words)
    if not count:
        return
    drawing.draw(st, charts.bump, count, rows=bump_rows(ranks), height=430)
    st.caption(captions.bump(ranks, said, [shown(word) for word in ranks.words]))


def bump_rows(ranks):
    """Rows for `charts.bump`."""
    count, last = len(ranks.words), len(ranks.epochs) - 1
    return pd.DataFrame(
        {
            "epoch": epoch,
            "rank": min(int(ranks.ranks[f, n]), count + 1),
            "true": int(ranks.ranks[f, n]),
            "place": n + 1,
            "word": word,
            "last": f == last,
            "similarity": float(ranks.similarity[f, n]),
        }
        for f, epoch in enumerate(ranks.epochs)
        for n, word in enumerate(ranks.words)
    )


def _settled(source):
    st.markdown("**Which words settle first?**")
    found, _ = results(
        "Finding when words settled",
        "core.vectors.neighbor_histories:settled",
        source.frames,
        key="explore_settled",
    )
    if not found:
        return
    (settled,) = found
    counts = source.facts.counts[settled.rows]
    rows = pd.DataFrame(
        {
            "count": counts,
            "epoch": settled.epochs,
            "word": [source.words[k] for k in settled.rows],
        }
    )
    drawing.draw(st, charts.settled, rows=rows, height=300)
    st.caption(captions.settled(neighbor_histories.by_frequency(settled, counts), settled.k))
