"""A visitor's place in a room, on every page: the teacher leads, students come along, and pages
that wait for the room look now and then whether it has changed.
"""

import streamlit as st

from core.errors import UserError
from ui.classroom import here
from ui.controls import address
from ui.escaping import sentence

EVERY = 2.0  # seconds between two looks
SEEN = "followed to"  # in the session: how far the student has come along
ALONG = "lesson", "step"  # of the teacher's address, besides the settings


def lead() -> tuple[str, dict] | None:
    """The page to which the teacher has gone on since this student's page was drawn, if any."""
    if not here.code() or address.asked("explore") or not address.asked("me"):
        return None
    try:
        with here.room() as found:
            if here.role(found) != here.STUDENT:
                return None
            if found.lead is None or (here.code(), found.leads) == st.session_state.get(SEEN):
                return None
            st.session_state[SEEN] = here.code(), found.leads
            page, query = found.lead
    except UserError:
        return None
    own = {n: [address.asked(n)] for n in ("room", "me", "language", "present")}
    return page, dict(query) | {n: given for n, given in own.items() if given != [""]}


def show(title: str, place):
    """Say in `place` in which room the visitor is, lead or come along."""
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
            drawn = _followed(found)
            number = found.students[address.asked("me")].number if role == here.STUDENT else 0
    except UserError as problem:
        place.warning(sentence(problem))
        place.button("Leave the room", key="room_leave", on_click=here.leave)
        return
    with place.container(horizontal=True, vertical_alignment="center", key="seat"):
        who = f", student {number + 1}" if role == here.STUDENT else f" {role}" if role else ""
        st.markdown(f":small[Room **{here.code()}**{who}]", width="content")
        if role == here.STUDENT:
            _choice()
    if role == here.STUDENT and not address.asked("explore"):
        with place:
            watch(_followed, drawn)


def _followed(room):
    """What changes the page of a student."""
    return room.leads, room.run and room.run[0], room.asked, tuple(room.stages.items())


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


@st.fragment(run_every=EVERY)
def watch(look, drawn):
    """Run the page again when look(room) is no longer what the page was drawn from."""
    try:
        with here.room() as found:
            now = look(found)
    except UserError:
        now = None
    if now != drawn:
        address.hear()
        st.rerun()
