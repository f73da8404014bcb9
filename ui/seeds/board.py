"""Place the words yourself: a board by hand, made before a model is shown, and which seeds agree
with it.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st

from core.seeds import run_set
from core.seeds.trial import POOL, Trial
from core.texts import registry
from core.texts.words_to_plot import Chosen
from core.vectors import board
from core.vectors import neighbors_and_clusters as clusters
from core.word2vec import training
from ui.charts import theme
from ui.charts.theme import GROUPS
from ui.classroom import boards
from ui.controls import address, widgets
from ui.controls.pages import SEEDS
from ui.controls.table import seeds_from
from ui.escaping import shown
from ui.jobs.follow import follow
from ui.player import page_export
from ui.seeds import captions, many_seeds
from ui.seeds.run_links import run_link
from ui.train import result

KEY = "board"
MOST, FEWEST = 24, 4  # words on a board
SIDE = 420  # pixels
SHAPES = 4  # of the marks, a second channel beside their colors
YOURS = "your board"
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
STYLE = """
[data-part=root] { position: relative; color: var(--st-text-color); font: 16px/1.3 var(--st-font); }
.board { position: absolute; border: 2px solid var(--st-border-color); border-radius: 8px;
  box-sizing: border-box; background: var(--st-secondary-background-color); }
.word { position: absolute; transform: translate(-10px, -50%); min-height: 30px; padding: 0 4px;
  border: 0; background: none; color: inherit; font: inherit; white-space: nowrap; cursor: grab;
  touch-action: none; display: flex; align-items: center; gap: 6px; border-radius: 6px;
  user-select: none; }
.word::before { content: ""; width: 12px; height: 12px; border-radius: 50%;
  background: var(--group); flex: none; }
.word.shape1::before { border-radius: 0; }
.word.shape2::before { border-radius: 0; clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.word.shape3::before { border-radius: 0; clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%); }
.word.left { flex-direction: row-reverse; transform: translate(calc(10px - 100%), -50%); }
.word:active { cursor: grabbing; }
.word:focus-visible { outline: 3px solid var(--st-primary-color); }
"""

_board = st.components.v2.component(
    "word_board", html='<div data-part="root"></div>', css=STYLE, js=SCRIPT
)


def show(text, settings):
    """Draw the board; when every word has its place, the seeds can be asked."""
    items, complete = follow(
        {"facts": ("core.background_tasks:read", text, registry.stamp(text.corpus))},
        key="board_text",
        said="Reading the text",
    )
    if not complete:
        return
    chosen = _words(items["facts"][-1])
    left, right = st.columns([1, 1], gap="medium")
    with left:
        places = _drawn(chosen)
    with right:
        n = widgets.slider("seeds_n")
        if len(chosen.words) < FEWEST:
            st.info(f"A board needs at least {FEWEST} words: choose more.")
        elif len(places) < len(chosen.words):
            st.info(captions.waiting(len(chosen.words) - len(places)))
        else:
            points = np.array([places[word] for word in chosen.words])
            _own_clusters(chosen, points)
            boards.show(chosen, points)
            if widgets.toggle("board_judged"):
                _judged(text, settings, n, chosen, points)


def _words(facts):
    """The words of the board: the first of those chosen that every run keeps."""
    chosen = result.words(facts)
    known = set(facts.words[:POOL])
    kept = [k for k, word in enumerate(chosen.words) if word in known][:MOST]
    return replace(
        chosen,
        words=tuple(chosen.words[k] for k in kept),
        groups=tuple(chosen.groups[k] for k in kept),
    )


def _drawn(chosen: Chosen):
    """Draw the board and what belongs to it; returns the places."""
    given = address.value("board")
    places = board.read(given, chosen.words)
    if unread := board.unread(given, places):
        st.warning(
            f"Not placed: “{shown(unread[0])}”. A place is two numbers and a word that is plotted."
        )
    colors = [theme.on_page(GROUPS[label % len(GROUPS)]) for label in chosen.labels]
    shapes = [label % SHAPES for label in chosen.labels]
    data = {"words": list(chosen.words), "colors": colors, "shapes": shapes, "places": places}
    _board(key=KEY, data=data | {"side": SIDE}, on_placed_change=_placed)
    st.caption(
        "**Drag the words** onto the board, or move them with the arrow keys: near each other what "
        "you think belongs together. Which way is up does not matter."
    )
    one, two = st.columns(2)
    one.button("Take all words off", on_click=address.forget, args=("board", "board_judged"))
    two.download_button(
        "Download the board (CSV)",
        "word,x,y\n" + "".join(f"{word},{x:g},{y:g}\n" for word, (x, y) in places.items()),
        f"board-{page_export.stamp(SEEDS).name}.csv",
        "text/csv",
        on_click="ignore",
    )
    return places


def _placed():
    """Write what the hand has left into the address."""
    placed = st.session_state[KEY].placed
    address.put(board=board.write({word: tuple(place) for word, place in placed.items()}))


def _own_clusters(chosen, points):
    labels = np.array(chosen.labels)
    if clusters.too_few(labels):
        return
    rng = np.random.default_rng(0)
    found = clusters.cluster_score(points, labels, rng, cosine=False)
    st.metric("Silhouette score of your board", f"{found.score:.2f}")
    st.caption(captions.own_clusters(found))


def _judged(text, settings, n, chosen, points):
    of_class = boards.seeds_of_class(text, settings)
    seeds = of_class or seeds_from(settings.seed, n)
    if of_class:
        st.caption(f"The seeds are the {len(seeds)} that the class has trained.")
    training.check_seeded(settings)
    runs = [replace(settings, seed=seed) for seed in seeds]
    stamp = registry.stamp(text.corpus)
    items, complete = follow(
        {str(run.seed): ("core.background_tasks:attempt", text, run, stamp) for run in runs},
        key="board_runs",
        said=f"Training {len(runs)} runs",
    )
    ended = {name: part for name, part in items.items() if part and isinstance(part[-1], Trial)}
    if not complete or not ended:
        return
    facts = next(iter(ended.values()))[0]
    rows = [facts.index[word] for word in chosen.words]
    vectors = [part[-1].vectors for part in ended.values()]
    found = board.compare(points, [v[rows] for v in vectors], np.random.default_rng(0))
    names = list(ended)
    st.markdown(captions.agreement(found, names))
    links = [run_link(text, part[-1].settings) for part in ended.values()]
    _pictures(names, links, vectors, rows, chosen, points, found)


def _pictures(names, links, vectors, rows, chosen, points, found):
    """The board first, then each run turned and mirrored onto it, with what it shares."""
    pictures = run_set.pictures(vectors, rows, address.value("normalize"), False)
    fitted = board.scaled([points, *(board.aligned(one, points) for one in pictures)])
    titles = [YOURS, *(f"{name}: {s:.0%}" for name, s in zip(names, found.shares, strict=True))]
    marks = ["", *("best" if r in found.best else "" for r in range(len(names)))]
    many_seeds.draw_pictures(
        st,
        titles,
        ["", *links],
        marks,
        fitted,
        [False] * len(titles),
        chosen,
    )
    st.caption(captions.beside_the_board(found.k))
