"""A visitor's place in a room, on every page: the teacher leads, students come along, and pages
that wait for the room look now and then whether it has changed.

The browser looks, at a few numbers that the server sends without running a script: thirty pages
that wait cost next to nothing, and follow within half a second.
"""

from pathlib import Path

import streamlit as st

from core.errors import UserError
from ui.classroom import here
from ui.controls import address
from ui.controls.pages import served_at
from ui.escaping import sentence

# What can be watched of a room: THERE alone changes only when the room is gone
TURNS, VERSION, BOARDS, THERE = "turns", "version", "boards", "there"
GONE = dict.fromkeys((TURNS, VERSION, BOARDS, THERE), -1)  # what is told of a room that is gone
SEEN = "followed to"  # in the session: how far the student has come along
ALONG = "lesson", "step"  # of the teacher's address, besides the settings

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_watch = st.components.v2.component("room_watch", html="<span></span>", js=SCRIPT)


def lead(title: str) -> tuple[str, dict] | None:
    """The page to which the teacher has gone on since this student's page was drawn, if any; it
    counts as reached when this is that page. title: of this page.
    """
    if not here.code() or address.asked("explore") or not address.asked("me"):
        return None
    try:
        with here.room() as found:
            if here.role(found) != here.STUDENT:
                return None
            if found.lead is None or (here.code(), found.leads) == st.session_state.get(SEEN):
                return None
            page, query = found.lead
            if page == title:  # a change of the page can be lost to another run
                st.session_state[SEEN] = here.code(), found.leads
    except UserError:
        return None
    own = {n: [address.asked(n)] for n in ("room", "me", "language", "present")}
    return page, dict(query) | {n: given for n, given in own.items() if given != [""]}


def show(title: str, place, problems):
    """Say in `place` in which room the visitor is, lead or come along; in `problems`, that there is
    no such room.
    """
    if not here.code():
        return
    try:
        with here.room() as found:
            role = here.role(found)
            if role == here.NOBODY:  # came with the code alone: from now on a student
                me = found.me(here.browser())
                found.join(me, here.browser())
                address.carry(me=me)
                st.rerun()
            if role == here.TEACHER:
                carried = {k: v for k, v in address.carried().items() if k in ALONG}
                found.go(title, address.settings_of_all() | carried)
            drawn = found.turns
            number = found.students[address.asked("me")].number if role == here.STUDENT else 0
    except UserError as problem:
        problems.warning(sentence(problem))
        problems.button("Leave the room", key="room_leave", on_click=here.leave)
        return
    with place.container(horizontal=True, vertical_alignment="center", key="seat"):
        who = f", student {number + 1}" if role == here.STUDENT else f" {role}" if role else ""
        st.markdown(f":small[Room **{here.code()}**{who}]", width="content")
        if role == here.STUDENT:
            _choice()
    with place:
        if role == here.STUDENT and not address.asked("explore"):
            watch(TURNS, drawn)
        else:
            watch(THERE, 1)


def _choice():
    exploring = address.asked("explore")
    st.button(
        "Follow the teacher" if exploring else "Explore",
        key="room_explore",
        type="tertiary",
        on_click=_explore,
        args=(not exploring,),
        help="Your page follows the teacher's until you explore on your own.",
    )


def _explore(on):
    st.session_state.pop(SEEN, None)
    address.carry(explore="1" if on else "")


def watch(what: str, drawn: int):
    """Run the page, or the fragment, again when a number of the room is no longer the one that it
    was drawn from.
    """
    with st.container(key=f"room_watch_{what}"):
        _watch(
            key=f"room_{what}",
            data={"url": served_at(f"room/{here.code()}"), "what": what, "drawn": drawn},
            on_changed_change=address.hear,
        )


def numbers(code: str) -> dict[str, int]:
    """What a browser is told that looks whether a room has changed."""
    room = here.ROOMS.rooms.get(code)  # no lock: a few numbers are read
    if room is None:
        return GONE
    return {TURNS: room.turns, VERSION: room.version, BOARDS: len(room.boards), THERE: 1}
