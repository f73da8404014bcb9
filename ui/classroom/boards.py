"""Boards of a class: what each student has placed by hand joins the room, and is compared with what
the others have placed.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import streamlit as st

from core.classroom.rooms import Board
from core.errors import UserError
from core.texts.words_to_plot import Chosen
from core.vectors import board
from ui.charts import drawing
from ui.classroom import charts, here, seat
from ui.controls import address
from ui.escaping import sentence
from ui.seeds import captions, many_seeds

RUNS = 60  # of the class that a board is compared with, the first ones
YOURS, CLASS = "your board", "the class"


def show(chosen: Chosen, points: np.ndarray):
    """Hand a student's board in, and draw it beside the mean of the others; nothing without a
    room. points: (n, 2), the places of the chosen words.
    """
    if not here.is_(here.STUDENT):
        return
    packed = np.clip(np.round(100 * points), -100, 100).astype(np.int8).tobytes()
    own = Board(chosen.words, chosen.groups, packed)
    said = here.send(lambda room, me: _handed_in(room, me, own))
    if said:
        st.warning(sentence(said))
    others, boards = _others(chosen.words)
    seat.watch(seat.BOARDS, boards)
    if not others:
        st.caption("Your board is in the room. No other student has placed these words yet.")
        return
    mean = board.mean(others)
    found = board.compare_boards(points, [mean], np.random.default_rng(0))
    st.markdown(captions.with_class(found, len(others)))
    scaled = board.scaled([points, board.aligned(mean, points)])
    none = [""] * 2
    many_seeds.draw_pictures(st, [YOURS, CLASS], none, none, scaled, [False] * 2, chosen)
    st.caption(captions.MEAN_BOARD)


def _handed_in(room, me, own):
    if room.boards.get(room.students[me].number) != own:
        room.place(me, own)


def _others(words):
    """The boards of others with these words, and how many boards there are in all."""
    with here.room() as found:
        me = found.students[address.asked("me")].number
        kept = [one for k, one in found.boards.items() if k != me and one.words == words]
        return [places(one) for one in kept], len(found.boards)


def places(one: Board) -> np.ndarray:
    """The places of the words on a board, (n, 2)."""
    return np.frombuffer(one.points, np.int8).reshape(-1, 2) / 100


def seeds_of_class(text, settings) -> list[int]:
    """The seeds that the class has trained with these settings; none outside a room."""
    if not here.code():
        return []
    try:
        with here.room() as found:
            if found.run is None:
                return []
            name, (its_text, its_settings) = found.run
            same = (its_text, replace(its_settings, seed=settings.seed)) == (text, settings)
            return sorted(found.results.get(name, ()))[:RUNS] if same else []
    except UserError:
        return []


def of_class() -> tuple[Chosen, dict[int, np.ndarray]] | None:
    """The words that most students have placed, and the board of each of these students."""
    with here.room() as found:
        kept = dict(found.boards)
    if not kept:
        return None
    ((words, groups), _), *_ = Counter((b.words, b.groups) for b in kept.values()).most_common(1)
    same = {k: places(b) for k, b in sorted(kept.items()) if (b.words, b.groups) == (words, groups)}
    return Chosen(words, groups), same


def overlay(chosen: Chosen, boards: dict[int, np.ndarray], height: int):
    """Draw all boards on top of each other, each turned onto their mean."""
    mean = board.mean(list(boards.values()))
    pictures = board.scaled([board.aligned(one, mean) for one in boards.values()])
    names = [f"student {number + 1}" for number in boards]
    rows = charts.overlay_rows(chosen, names, pictures)
    drawing.draw(st, charts.overlay, tuple(dict.fromkeys(chosen.groups)), rows=rows, height=height)


def told(boards: dict[int, np.ndarray]):
    """Say how much the boards of a class have in common."""
    n = len(next(iter(boards.values())))
    st.markdown(f"### {len(boards)} board{'s' * (len(boards) > 1)}")
    if len(boards) > 1:
        st.markdown(captions.boards_of_class(board.shared(list(boards.values())), n))


def nearest_runs(chosen: Chosen, boards: dict[int, np.ndarray], trials, seeds: list[str]):
    """Say which run of the class agrees most with the mean of its boards."""
    index = trials.facts.index
    if any(word not in index for word in chosen.words):
        return
    rows = [index[word] for word in chosen.words]
    if max(rows) >= len(trials.runs[0].vectors):
        return
    vectors = [trial.vectors[rows] for trial in trials.runs]
    mean = board.mean(list(boards.values()))
    found = board.compare(mean, vectors, np.random.default_rng(0))
    st.markdown(captions.agreement(found, seeds, "the class's mean board"))
