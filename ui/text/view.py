"""Shows what the model will see of a text."""

from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UserError
from core.reading.reader import Glimpse
from core.texts import registry, words_to_plot
from core.training_loop import Progress
from ui import page
from ui.charts import drawing
from ui.escaping import shown
from ui.jobs.follow import follow
from ui.text import charts, reading

PLAIN, GLOSSED = 12, 8  # sentences shown: without and with a line of English under each
MOST_RANKS = 400  # points of the rank chart: more cannot be distinguished on a logarithmic axis


def show(text):
    """Read the text and show its numbers, an excerpt and the counts of its words."""
    request = "core.background_tasks:read", text, registry.stamp(text.corpus)
    try:
        found, _ = follow({"": request}, key="text", said="Reading the text")
    except UserError as problem:
        gone = text.corpus not in registry.registry() and not Path(text.corpus).exists()
        if gone:
            page.refuse(
                UserError("This text is no longer here: upload it again, or choose another.")
            )
        if text.corpus not in registry.registry() or reading.changed():
            reading.mend(problem, _glimpse(text))
        page.refuse(problem)
    facts = [item for item in found[""] if not isinstance(item, Progress)]
    if facts:
        _facts(text, facts[-1])


def _glimpse(text):
    """What can be shown of a text that cannot be read; empty if it is gone meanwhile."""
    request = "core.background_tasks:glimpse", text, registry.stamp(text.corpus)
    try:
        found, complete = follow({"": request}, key="glimpse", said="Looking at the file")
    except UserError:
        return Glimpse()
    return found[""][0] if complete else Glimpse()


def _facts(text, facts):
    reading.warn(facts)
    columns = st.columns(4)
    for column, (label, value, told) in zip(
        columns,
        (
            ("Sentences", f"{facts.sentences:,}", "A window ends where its sentence ends."),
            (
                "Words of text",
                f"{facts.tokens:,}",
                f"{facts.tokens / facts.sentences:.1f} in a sentence on average",
            ),
            (
                "Vocabulary",
                f"{len(facts.words):,}",
                f"of {facts.different:,} different words: {_kept(text, facts)}",
            ),
            ("Coverage", f"{facts.coverage:.1%}", "of the running words are in the vocabulary"),
        ),
        strict=True,
    ):
        column.metric(label, value)
        column.caption(told)
    if facts.decided:
        reading.show(facts)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _excerpt(facts)
    with right:
        _counts(facts)


def _excerpt(facts):
    st.markdown("**The first sentences, as the model sees them**")
    # Glosses of some words only: the text is English
    lines, foreign = [], len(facts.glosses) == len(facts.words)
    for sentence in facts.excerpt[: GLOSSED if foreign else PLAIN]:
        read = facts.tokenize(sentence[:600])
        line = " ".join(shown(word) if word in facts.index else ":gray[···]" for word in read)
        if foreign:
            meant = " ".join(
                facts.glosses.get(word, "···").split(" (")[0].replace(", ", "/") for word in read
            )
            line += f"  \n:gray[:small[{shown(meant, 2_000)}]]"
        lines.append(line)
    st.markdown("\n\n".join(lines))
    st.caption(
        ("In gray: English, word by word. " if foreign else "")
        + "**Look for:** what is missing. All letters are lower case, punctuation and numbers are "
        "dropped, except for marks inside a word such as hyphens, and dots stand for a word "
        "outside the vocabulary. Nor does the model ever see the order of the words in a window."
    )


def _counts(facts):
    pictured = {
        word
        for choice in words_to_plot.choices(facts)[:2]
        for word in words_to_plot.choose(facts, choice).words
    }
    V = len(facts.words)
    drawn = set(np.unique(np.geomspace(1, V, MOST_RANKS).astype(int) - 1))
    rows = [
        (k + 1, int(facts.counts[k]), word, word in pictured)
        for k, word in enumerate(facts.words)
        if k in drawn or word in pictured
    ]
    st.markdown("**How often each word occurs**")
    drawing.draw(
        st,
        charts.ranks,
        rows=pd.DataFrame(rows, columns=["rank", "count", "word", "shown"]),
        height=320,
    )
    rare = int((facts.counts < words_to_plot.RARE).sum())
    st.caption(
        f"**Look for:** how straight the line is. {_zipf(facts.counts)} Squares are the words that "
        f"the pictures show. {rare:,} of the {V:,} words occur fewer than {words_to_plot.RARE} "
        "times; the page *Seeds* measures what that means for their neighbors."
    )


def _kept(text, facts):
    """Which words of the text are in the vocabulary."""
    often = f"those that occur {text.min_count} times or more"
    return f"the most frequent of {often}" if len(facts.words) == text.max_vocabulary else often


def _zipf(counts):
    """How steep the line is, compared with Zipf's law."""
    law = "In natural text it is nearly straight, with a slope near −1 (Zipf's law)."
    if len(counts) < charts.ENDS:
        return law
    first, last = (f"{slope:.2f}".replace("-", "−") for slope in charts.slopes(counts))
    return f"{law} Here the slope is {first} down to a tenth of the ranks, and {last} beyond."
