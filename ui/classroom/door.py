"""How students come into a room: a code to type, an address, and its picture to scan."""

import io
import time

import segno
import streamlit as st

from core.classroom.rooms import typed
from ui import open_to_class
from ui.classroom import here
from ui.controls import address
from ui.controls.pages import served_at


def show():
    """Join with a code, or open a room."""
    left, right = st.columns(2, gap="large")
    with left, st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Code of the room", key="room_code", max_chars=10, width=180)
        st.button("Join", key="room_join", type="primary", on_click=_join)
    with right, st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Open a room", key="room_open", on_click=_open)
        st.caption("For teachers: students join without names, and each becomes a seed.")


def _join():
    # The field can be gone by now: the button was pressed while another page was on its way
    code = st.session_state.get("room_code", "")
    address.carry(room=typed(code), me="", key="", explore="")


def _open():
    code, key = here.ROOMS.open(time.monotonic())
    address.carry(room=code, key=key, me="", explore="")


def join_address(code: str) -> str:
    """The address under which students reach the room."""
    port = st.get_option("server.port")
    name = st.get_option("browser.serverAddress")
    if name in ("", "localhost", None):
        names = [*st.get_option("server.allowedHosts"), *open_to_class.addresses()]
        name = next((n for n in names if n not in open_to_class.LOOPBACK), "localhost")
    return f"http://{name}:{port}{served_at('Class')}?room={code}"


def picture(url: str) -> bytes:
    """The QR code of an address, as a PNG."""
    found = io.BytesIO()
    segno.make(url, error="m", micro=False).save(found, kind="png", scale=10, border=3)
    return found.getvalue()
