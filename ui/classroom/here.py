"""The rooms of this server, and who the visitor of a page is in one of them."""

import time
import uuid
from contextlib import contextmanager

import streamlit as st

from core.classroom.rooms import Room, Rooms
from core.errors import UserError
from ui.classroom import answers_file
from ui.controls import address

ROOMS = Rooms()
PROJECTOR = "projector"  # stands in the address where students have their id
TEACHER, STUDENT, NOBODY = "teacher", "student", ""
SESSION = "visitor"  # a name for a session without cookies


def code() -> str:
    """The code of the room in the address; "" without one."""
    return address.asked("room")


@contextmanager
def room():
    """The room of the address, for nobody else meanwhile; UserError if there is none."""
    with ROOMS.at(code(), time.monotonic()) as found:
        yield found


def browser() -> str:
    """A name for the visitor's browser, or for the session if it keeps no cookies."""
    cookie = st.context.cookies.get("_streamlit_xsrf")
    return cookie or st.session_state.setdefault(SESSION, uuid.uuid4().hex)


def role(found: Room) -> str:
    """What the visitor is in a room; UserError if the teacher's key is wrong or the room full."""
    key, me = address.asked("key"), address.asked("me")
    if key:
        found.teacher(key, browser())
        return TEACHER
    if me == PROJECTOR:
        return PROJECTOR
    if me:
        found.join(me, browser())
        return STUDENT
    return NOBODY


def is_(wanted: str) -> bool:
    """Whether the visitor is this in an existing room."""
    if not code():
        return False
    try:
        with room() as found:
            return role(found) == wanted
    except UserError:
        return False


def send(act) -> str:
    """Do act(room, me) for a student; returns what went wrong, or ""."""
    try:
        with room() as found:
            act(found, address.asked("me"))
    except UserError as problem:
        return str(problem)
    return ""


def teach(act, *arguments, **options):
    """Do act(room, ...) for the teacher, in a callback; nothing without the key."""
    address.hear()
    try:
        with room() as found:
            if role(found) == TEACHER:
                getattr(found, act)(*arguments, **options)
    except UserError:
        return  # the page says so when it is drawn


def leave():
    """Forget the room, in a callback."""
    address.carry(room="", me="", key="", explore="")


def keep(question: str, answer: float | str):
    """Write a student's answer into the server's file of answers, if it has one."""
    kept = answers_file.answers()
    if kept:
        with room() as found:
            student = found.students[address.asked("me")].number
        kept.keep(code(), student, question, answer)


def stored() -> str:
    """What is said about answers that are kept in a file."""
    kept = answers_file.answers()
    if not kept:
        return ""
    if kept.problem:
        return " This server cannot write its file of answers at present."
    return (
        " This server also keeps answers in a file: the hour, the room, the student's number in "
        "it, the question and the answer."
    )
