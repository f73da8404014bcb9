"""Shows one training: while it runs, and when it is done."""
import difflib
import time
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st

from core import corpora, export, metrics, projection, words
from core.corpus import Facts
from core.errors import UserError
from core.training import References, Run, Snapshot
from ui import charts, labels, page, player
from ui.jobs import broker

HEIGHT = 480                # of the film, its controls included
PICTURE = 560, 370          # pixels of the picture at the size that labels are placed for
REDRAW = 0.12               # seconds between two pictures of a training: drawing must not slow down what it shows
NEAREST = 5                 # neighbours told in tooltips and in the table
WAYS = {"exercise": "The exercise", "groups": "Groups", "frequent": "Frequent", "own": "My own"}


@dataclass
class Seen:
    """What has arrived of a training so far."""

    facts: Facts = None
    references: References = None
    snapshots: list = field(default_factory=list)
    run: Run = None
    done: float = 0.0

    def take(self, news):
        """Sort new items into their places."""
        for item in news:
            if isinstance(item, Facts):
                self.facts = item
            elif isinstance(item, References):
                self.references = item
            elif isinstance(item, Run):
                self.run, self.done = item, 1.0
            else:
                self.done = item.done
                if isinstance(item, Snapshot):
                    self.snapshots.append(item)

    @property
    def curve(self):
        """(epoch, loss, shuffled) of each snapshot."""
        return [(s.epoch, s.loss, s.shuffled) for s in self.snapshots]

    def frames(self, chosen, normalize):
        """Positions and label offsets of the chosen words in every snapshot, and the share of variance they keep."""
        rows = [self.facts.index[word] for word in chosen.words]
        points, share = projection.film(np.stack([s.centre[rows] for s in self.snapshots]), normalize)
        scale = np.array([PICTURE[0], -PICTURE[1]]) / (2 * charts.EDGE)
        offsets = labels.place(points[-1] * scale + np.array(PICTURE) / 2, chosen.words, *PICTURE) / scale
        return [{"x": p[:, 0], "y": p[:, 1], "ox": offsets[:, 0], "oy": offsets[:, 1]} for p in points], share

    @property
    def epochs(self):
        """A label for each snapshot."""
        return [f"epoch {s.epoch:.1f}" for s in self.snapshots]


def show(text, settings):
    """Train, or take what was trained before, and show it."""
    key = (text, settings, corpora.stamp(text.corpus))
    status, body = st.container(height=48, border=False, gap=None), st.container()
    stopped = st.session_state.get("stopped", {})
    if stopped.get("key") == key:
        seen = Seen()
        seen.take(stopped["news"])
        _say_stopped(status, seen)
    else:
        seen = _trained(key, status, body)
        _say_done(status, seen)
    if seen.snapshots:
        with body:
            _finished(seen, settings, key)


def _trained(key, status, body):
    """The finished training; shows it while it runs, then starts the script again to show the rest."""
    seen = Seen()
    try:
        with broker().watch("core.tasks:train", *key) as job:
            if not job.finished:
                _follow(job, seen, key, status, body)
                st.rerun()
            for news in job.follow():
                seen.take(news)
    except UserError as problem:
        page.refuse(problem)
    return seen


def _follow(job, seen, key, status, body):
    with status:
        bar, stop = st.columns([6, 1], vertical_alignment="center")
        bar = bar.progress(0.0, "Reading the text ...")
        stop.button("Stop", on_click=_stop, args=(job, key), width="stretch")
    film = curve = chosen = None
    drawn = 0.0
    for news in job.follow():
        seen.take(news)
        bar.progress(seen.done, _progress(job, seen.done))
        if seen.facts and film is None:
            with body:
                chosen, normalize = _word_controls(seen.facts)
                left, right = st.columns([3, 2], gap="medium")
                film = _film(left, seen, chosen, normalize, key, []) if chosen.words else False
                curve = right.empty()
        if seen.snapshots and time.monotonic() > drawn + REDRAW:
            drawn = time.monotonic()
            if film:
                film.feed(seen.frames(chosen, normalize)[0], seen.epochs, tail=1)
            _draw_loss(curve, seen, key[1].epochs)


def _progress(job, done):
    if job.state == "waiting":
        ahead = broker().ahead(job)
        return f"Waiting for a free processor; {ahead} other computations first" if ahead else "Waiting for a free processor"
    seconds = time.monotonic() - job.started
    return f"Training: {done:.0%}, about {seconds * (1 - done) / done:.0f} s left" if done else "Reading the text ..."


def _stop(job, key):
    st.session_state["stopped"] = {"key": key, "news": list(job.news)}
    broker().cancel(job)


def _say_stopped(status, seen):
    with status:
        told, again = st.columns([5, 2], vertical_alignment="center")
        told.warning(f"Stopped at {seen.done:.0%}; what was learned so far is shown.")
        again.button("Train to the end", on_click=lambda: st.session_state.pop("stopped"), width="stretch")


def _say_done(status, seen):
    run, facts = seen.run, seen.facts
    if run.diverged:
        status.warning(f"The loss ran away by epoch {run.diverged:.2f}: the learning rate is too high. "
                       "The last vectors before that are shown.")
        return
    status.markdown(f"Trained in **{run.seconds:.1f} s** on {facts.tokens:,} words of text ({facts.sentences:,} sentences): "
                    f"{run.pairs / 1e6:.1f} million pairs, vocabulary {len(facts.words):,} words = {facts.coverage:.0%} of the text.")


def _word_controls(facts):
    """Draw the choice of words and of normalizing; returns both."""
    ways = words.ways(facts)
    choice, normal = st.columns([4, 1], vertical_alignment="bottom")
    way = choice.segmented_control("Words shown", ways, default=ways[0], required=True, key="show", bind="query-params",
                                   format_func=WAYS.get)
    text = st.text_input("My words (a semicolon starts a new group)", key="words", bind="query-params",
                          placeholder="pies kot koń; deszcz śnieg wiatr") if way == "own" else ""
    normalize = normal.toggle("Normalize", value=True, key="normalize", bind="query-params",
                              help="Divide each vector by its length before the picture is made: what is left is direction, "
                                   "which is what neighbours are judged by.")
    chosen = words.choose(facts, way, text)
    if chosen.missing:
        st.warning(f"Not in the vocabulary: {', '.join(chosen.missing[:20])}. A word must be in the text often enough.")
    if not chosen.words:
        st.info("Type words that occur in the text, for example: " + ", ".join(facts.words[20:26]))
    return chosen, normalize


def _film(place, seen, chosen, normalize, key, frames, nearest=None):
    facts = seen.facts
    counts = [int(facts.counts[facts.index[word]]) for word in chosen.words]
    static = {"word": chosen.words, "group": chosen.groups, "gloss": [facts.glosses.get(w, "") for w in chosen.words],
              "count": [_count(c) for c in counts], "faint": [c < words.RARE for c in counts],
              "nearest": nearest or [""] * len(counts)}
    with place:
        return player.movie(charts.spec(charts.embedding, *dict.fromkeys(chosen.groups)), key="film", frames=frames, static=static,
                            run=str(hash((key, chosen, normalize))), labels=seen.epochs, height=HEIGHT)


def _draw_loss(place, seen, epochs):
    rows = charts.loss_rows(seen.curve, epochs, seen.references)
    charts.draw(place, charts.loss, epochs, seen.references, rows=rows, height=HEIGHT)


def _count(count):
    return f"{count} times" + (": do not interpret" if count < words.RARE else "")


def _finished(seen, settings, key):
    chosen, normalize = _word_controls(seen.facts)
    left, right = st.columns([3, 2], gap="medium")
    vectors = seen.snapshots[-1].centre
    share = near = None
    if chosen.words:
        near = _neighbours(vectors, seen.facts, chosen.words)
        frames, share = seen.frames(chosen, normalize)
        _film(left, seen, chosen, normalize, key, frames, [", ".join(n) for n in near])
        left.caption("Press play to watch the vectors move. **Look for:** words of one color and shape that end up together, "
                     "away from the others. Faint words are too rare to interpret. Position has no meaning, distance has.")
    _draw_loss(right, seen, settings.epochs)
    right.caption("**Look for:** a solid line well below the dotted one. A model that stays on the dotted line has learned how "
                  "frequent words are, but nothing about the word in the centre; shuffling the centre words then costs nothing.")
    _numbers(seen, chosen, share)
    _tables(seen, chosen, near, vectors)


def _neighbours(vectors, facts, chosen):
    near, _ = metrics.neighbours(vectors, [facts.index[word] for word in chosen], NEAREST)
    return [[facts.words[k] for k in row] for row in near]


def _numbers(seen, chosen, share):
    cluster, kept, loss, gap = st.columns(4)
    if len(set(chosen.groups)) > 1:
        rows = [seen.facts.index[word] for word in chosen.words]
        score = metrics.cluster_score(seen.snapshots[-1].centre[rows], np.array(chosen.labels), np.random.default_rng(0))
        cluster.metric("Cluster score (silhouette)", f"{score.score:.2f}")
        verdict = "more than chance" if score.score > score.null_95 else "no more than chance"
        cluster.caption(f"{verdict}: with shuffled groups 95 % stay below {score.null_95:.2f}. 1 is perfect, 0 no clusters. "
                        "Measured in all dimensions.")
    if share is not None:
        kept.metric("The picture keeps", f"{share:.0%}")
        kept.caption("of the variance of these words; the rest lies in dimensions you cannot see.")
    last, references = seen.snapshots[-1], seen.references
    loss.metric("Loss per pair", f"{last.loss:.3f}")
    loss.caption(f"nats; {references.at_start:.3f} before training, {references.without_centre:.3f} is the best that ignores "
                 "the centre word.")
    gap.metric("Shuffled-centre gap", f"{last.shuffled - last.loss:+.3f}")
    gap.caption("nats lost when centre words are shuffled; 0 means that the model does not use them.")


def _tables(seen, chosen, near, vectors):
    facts = seen.facts
    left, right = st.columns([3, 5], gap="large")
    with left:
        word = st.text_input("Nearest words of", value=chosen.words[0] if chosen.words else facts.words[0], key="word",
                             bind="query-params").strip().lower()
        if word in facts.index:
            (row,), (cosines,) = metrics.neighbours(vectors, [facts.index[word]], 10)
            nearest = pd.DataFrame({"word": [facts.words[k] for k in row], "cosine": cosines})
            charts.draw(st, charts.neighbours, len(row), rows=nearest)
            st.caption(f"{word} was seen {_count(int(facts.counts[facts.index[word]]))}. **Look for:** words that could take "
                       "its place in a sentence.")
        else:
            close = difflib.get_close_matches(word, facts.words, 3)
            st.info(f"“{word}” is not in the vocabulary." + (f" Similar: {', '.join(close)}." if close else ""))
    with right:
        st.markdown("**The words shown**")
        counts = [int(facts.counts[facts.index[w]]) for w in chosen.words]
        st.dataframe({"word": chosen.words, "meaning": [facts.glosses.get(w, "") for w in chosen.words],
                      "group": chosen.groups, "seen (times)": counts,
                      "note": ["do not interpret" if c < words.RARE else "" for c in counts],
                      "nearest words": [", ".join(n) for n in near or []]}, hide_index=True, height=420)
    _downloads(seen)


def _downloads(seen):
    if seen.run:
        st.download_button("Download the vectors (word2vec text format)", on_click="ignore", file_name="vectors.txt",
                           data=lambda: export.vectors_text(seen.facts.words, seen.run.centre))
