"""The teacher's console of a room: how to join, what the class trains, what the projector shows."""

import hashlib
from urllib.parse import urlencode

import streamlit as st

from core.classroom.lessons import told
from core.errors import UserError
from ui import page
from ui.classroom import asking, here, projector, seat
from ui.controls import address
from ui.escaping import sentence, shown
from ui.lessons import presenter

VIEWS = {
    "join": "How to join",
    "guesses": "Predictions",
    "overlay": "All runs in one picture",
    "wall": "A picture of each run",
    "boards": "Boards of the class",
    "mistakes": "Wall of mistakes",
}


def show():
    """Draw the console; what is in the sidebar is what the class trains."""
    text, settings = page.settings()
    said = repr((text, settings)).encode()
    name = hashlib.blake2b(said, digest_size=8).hexdigest()
    with here.room() as found:
        found.train(name, (text, settings))
    _console(name)


@st.fragment
def _console(name):
    """It is drawn again when the version of the room has changed."""
    try:
        with here.room() as found:
            view, asked, code = found.view, found.asked, found.code
            students, runs = len(found.students), len(found.results.get(name, ()))
            drawn = found.version
    except UserError as problem:
        st.warning(sentence(problem))
        return
    seat.watch(seat.VERSION, drawn)
    if presenter.on():
        projector.content()
        return
    left, right = st.columns([2, 5], gap="medium")
    with left:
        st.markdown(f"## {code}")
        st.markdown(f"**{students}** joined, **{runs}** runs with the settings of the sidebar.")
        st.caption(
            "The room knows nobody: students are numbers, in memory only, forgotten three hours "
            "after the last use. Keep the address of this page: it holds the key of the room."
            + here.stored()
        )
        query = urlencode({"room": code, "me": here.PROJECTOR})
        st.link_button("Open the projector", f"./Class?{query}", width="stretch")
        for option, label in VIEWS.items():
            st.button(
                label,
                key=f"view {option}",
                type="primary" if option == view else "secondary",
                width="stretch",
                on_click=here.teach,
                args=("show", option),
            )
        st.button(
            "Run the controls of the verdict",
            key="room_controls",
            width="stretch",
            disabled=runs < 2,
            on_click=here.teach,
            args=("judge", name),
            help="They say whether other training, another text or more dimensions would help.",
        )
    with right:
        if asked and (question := asking.question_of(asked)):
            with st.container(border=True):
                st.markdown(sentence(told(question.text, address.given("language"))))
                asking.console(asked)
        if view == "mistakes":
            _choose_a_mistake()
        projector.content()


def _choose_a_mistake():
    with here.room() as found:
        mistakes = list(found.mistakes)
    with st.expander(f"Choose one of {len(mistakes)} for the projector"):
        for k, (_, mistake) in enumerate(mistakes[::-1][:40]):
            st.button(
                f"{mistake.kind}: {shown(mistake.expression, 100)}",
                key=f"mistake {len(mistakes) - k}",
                type="tertiary",
                on_click=here.teach,
                args=("show", "mistakes", mistake),
            )
