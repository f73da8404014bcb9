"""The presenter's view of any page: what is shown stands alone and large, and keys lead on."""

import streamlit as st

from ui.charts import drawing
from ui.classroom import here
from ui.controls import address

BLACK = "black screen"  # in the session
LARGE = f"[data-testid=stVegaLiteChart] [style*='{drawing.MARK}']"
STYLE = """<style>
.stSidebar, [data-testid=stExpandSidebarButton], .stAppHeader, [data-testid=stCaptionContainer],
.stMain .stElementContainer:has(h3 span[style*="font-size"]), .stMain .stExpander,
.stMain .stDownloadButton, .stMain .stPopover, .st-key-starts, .st-key-status {
  display: none !important; }
.stAppViewContainer { padding-left: 0 !important; }
html { font-size: max(21px, 2.9vh) !important; }
.stElementContainer:has(LARGE) { height: var(--presented) !important; flex: none !important; }
[data-testid=stLayoutWrapper]:has(> .stVerticalBlock > .stElementContainer LARGE),
[data-testid=stLayoutWrapper] > .stVerticalBlock:has(> .stElementContainer LARGE) {
  height: auto !important; flex: none !important; overflow: visible !important; }
.stMainBlockContainer { padding: 0.6rem 1rem 3rem 1rem !important; }
.st-key-presenter { position: fixed; right: 0.6rem; bottom: 0.2rem; width: auto; z-index: 999;
  background: var(--st-background-color, Canvas); padding: 0 0.6rem; border-radius: 0.4rem;
  align-items: center; }
.st-key-walk { position: fixed; left: 0.6rem; bottom: 0.2rem; width: auto; z-index: 999;
  background: var(--st-background-color, Canvas); }
.st-key-walk button { min-height: 1.6rem; height: 1.6rem; }
</style>""".replace("LARGE", LARGE)
# Each picture fills the screen, the first one at once; what belongs to it follows below
PICTURE = ":is([data-picture], [data-testid=stVegaLiteChart])"
TALL = """<style>
html { --presented: calc(100vh - 3.4rem); }
html:has(.st-key-lesson) { --presented: calc(100vh - 10.5rem); }
/* A, B and their losses in view at once */
html:has(.st-key-compared_A) { --presented: calc(50vh - 1.7rem); }
.stMain .stHorizontalBlock:has(PICTURE):not(:has(.st-key-compared_A)) { flex-direction: column; }
.stMain .stHorizontalBlock:has(PICTURE):not(:has(.st-key-compared_A)) > .stColumn {
  width: 100% !important; flex: none !important; }
[data-picture], [data-picture] div { height: auto !important; flex: none !important;
  overflow: visible !important; }
.stMain .stVerticalBlock > :has(PICTURE), .stMain .stVerticalBlock > PICTURE { order: -1; }
.stMain .stVerticalBlock > :has(> .st-key-lesson) { order: -2; }
</style>""".replace("PICTURE", PICTURE)
# What a room shows: what is said above and below a picture is in view, too
ROOM = """<style>
html { --around: 12rem; --presented: calc(100vh - var(--around)); }
html:has(.st-key-guesses) { --around: 17rem; }
html:has(.st-key-lesson) { --around: 19rem; }
html:has(.st-key-lesson):has(.st-key-guesses) { --around: 24rem; }
.st-key-code img { width: min(37vw, 100vh - 5rem) !important; max-width: none !important;
  image-rendering: pixelated; }
.st-key-code h1 { font-size: 5rem !important; letter-spacing: 0.1em; }
</style>"""
NIGHT = "<style>.stApp::after { content: ''; position: fixed; inset: 0; background: #000; "
NIGHT += "z-index: 9999999; } body { background: #000; }</style>"


def on() -> bool:
    """Whether the visitor presents."""
    return address.given("present") == "1"


def toggle():
    """Begin or end, in a callback."""
    st.session_state.pop(BLACK, None)
    address.carry(present="" if on() else "1")


def show(always: bool = False, room: bool = False):
    """Draw the style, the code of the room in the corner, and the keys. room: the page is that of a
    class.
    """
    if not (always or on()):
        return
    st.html(STYLE + (ROOM if room else TALL) + NIGHT * bool(st.session_state.get(BLACK)))
    with st.container(key="presenter", horizontal=True, gap="small"):
        if here.code():
            st.markdown(f"Room **{here.code()}**", width="content")
        st.button("Black", key="presenter_black", type="tertiary", on_click=_black, shortcut="B")


def _black():
    address.hear()
    st.session_state[BLACK] = not st.session_state.get(BLACK)
