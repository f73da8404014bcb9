"""What every page begins with."""

import gc

import streamlit as st

from core.errors import UserError
from ui import navigation
from ui.controls import address, sidebar
from ui.escaping import sentence
from ui.jobs import broker
from ui.lessons import guide
from ui.player import page_export

PROGRAM = "word2vec lab"
ICON = broker.ROOT / "static" / "favicon.png"
SIDEBAR = 280  # pixels: the rest of a projector's 1280 belongs to the charts
STYLE = """<style>
.stMainBlockContainer { padding: 2.4rem 2rem 2rem 2rem; }
.stMain .stVerticalBlock { gap: 0.6rem; }
.stMarkdown h3 { padding: 0; }
.stMarkdown div:has(> * > h3) { margin-bottom: 0; }
.stMarkdown h3 span[style*="font-size"] { font-weight: 400; }
.stAppHeader { background: transparent; pointer-events: none; }
.stAppHeader button, .stAppHeader a { pointer-events: auto; }
.stSidebar [data-testid=stSidebarHeader] { height: 0.8rem; margin: 0; padding-block: 0; }
/* Two columns: below them, the settings are in view on a projector */
.st-key-navigation { display: grid; grid-template-columns: 1fr 1fr; gap: 0 !important; }
.st-key-navigation .stElementContainer { height: 24px; margin: 0; }
.st-key-navigation [data-testid=stPageLink-NavLink] { padding-block: 0; margin: 0; height: 24px; }
.st-key-undo { gap: 0.5rem; }
.st-key-undo button, .st-key-save button { min-height: 1.7rem; padding-block: 0; }
.stSidebar .stVerticalBlock { gap: 0.35rem; }
/* One Stop: Streamlit's own ends the script alone, and leaves its bar on the page for ever. */
[data-testid=stStatusWidget] { display: none; }
/* Progress stands in the band above the title, which is always free, so it moves nothing. */
[data-testid=stLayoutWrapper]:has(> [class*=st-key-progress_]) {
  position: fixed; top: 0; right: 5rem; width: min(36rem, 100vw - 9rem); height: 2.4rem;
  z-index: 999991; backdrop-filter: blur(0.5rem);
}
[class*=st-key-stopped_] { flex-wrap: nowrap !important; }
[class*=st-key-progress_] button { min-height: 1.9rem; padding: 0 1.5rem; }
/* The first result must not push down what is below. */
.st-key-status, .st-key-one_run { min-height: 3.55rem; }
.st-key-one_run { flex-wrap: nowrap !important; gap: 0.8rem !important; }
.st-key-one_run h3 { white-space: nowrap; }
.st-key-starts { gap: 0.2rem 0.8rem !important; min-height: 2.6rem; }
.st-key-starts button, .st-key-one_run [data-testid=stPageLink-NavLink] {
  padding: 0 0.4rem; min-height: 1.8rem; height: 1.8rem; text-decoration: underline; }
/* Captions hold what the lesson teaches: as dark as WCAG AA asks for, and more */
[data-testid=stCaptionContainer] { color: inherit !important; opacity: 0.85; }
[data-testid=stCaptionContainer] .katex { font-size: 1.08em; }
.by-hand [data-testid=stCaptionContainer] { opacity: 0.3; }
.stApp button[kind=primary] { color: light-dark(#fff, #171614); }
.st-key-verdict { min-height: 13rem; position: relative; }
/* The sentence has one line or two, as the controls end: room for both */
.st-key-verdict [data-testid=stAlertContainer] { min-height: 5.2rem; align-items: center; }
[data-testid=stLayoutWrapper]:has(> .st-key-waiting) { position: absolute; bottom: 0; }
.st-key-terms { min-height: 100vh; }
.st-key-published { min-height: 720px; }
/* One step: what is drawn by scripts that load later has its place before */
.st-key-gr_loss { min-height: 64px; }
.st-key-gr_formula { min-height: 72px; }
.st-key-losses { min-height: 92px; }
@media (min-width: 641px) {
  .st-key-formula_e { min-height: 204px; }
  .st-key-sampling_loss { min-height: 65px; }
  .st-key-sampling_center, .st-key-sampling_outside { min-height: 124px; }
}
@media (min-width: 641px) { .st-key-arrows { min-height: 377px; } }
/* It looks whether the room has changed, and shows nothing */
[data-testid=stLayoutWrapper]:has(> [class*=st-key-room_watch_]) { position: absolute; opacity: 0; }
/* Nothing is shown of what will only be replaced: it would jump. */
[data-testid=stAppSkeleton], [data-testid=stSkeleton] { visibility: hidden; }
.stSidebar [data-testid=stSkeleton] { height: 72px; }
.st-key-undo { flex-wrap: nowrap !important; }
.st-key-undo [data-testid=stSkeleton] { height: 1.7rem; width: 5rem; }
.st-key-undo .st-key-present [data-testid=stSkeleton] { width: 2.5rem; }
.st-key-navigation [data-testid=stSkeleton] { height: 24px; }
.st-key-save [data-testid=stSkeleton] { height: 1.7rem; }
.st-key-starts [data-testid=stSkeleton] { height: 1.8rem; width: 5.5rem; }
/* Streamlit sometimes forgets its own setting of the width while it loads */
@media (min-width: 641px) {
  .stAppViewContainer:not(:has(.stSidebar)) { padding-left: SIDEBAR; }
  .stMainBlockContainer { width: 100%; max-width: initial; }
  .stSidebar { width: SIDEBAR !important; }
  .stSidebar [style*="col-resize"] { display: none; }
  /* A button that is still empty is wider: the line below it must not wait for its label */
  .st-key-starts { flex-wrap: nowrap !important; }
  .st-key-starts .stElementContainer:has([data-testid=stCaptionContainer]) {
    flex: 1 1 0; min-width: 0; }
}
.st-key-words_shown :is(th, td) { padding: 4px 10px; }
.st-key-words_shown table { font-size: 0.9em; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 4rem 1rem 1rem 1rem; }
  .st-key-status { min-height: 4rem; }
  .st-key-words_shown :is(th, td) { padding: 3px 5px; }
  .st-key-one_run { flex-wrap: wrap !important; }
  /* A row of the glossary stands in one column, and a formula takes as many lines as it needs */
  [class*=st-key-entries_] :is(table, tbody, tr, td) { display: block; width: 100%; border: none; }
  [class*=st-key-entries_] thead { display: none; }
  [class*=st-key-entries_] td { padding: 0; overflow-wrap: anywhere; }
  [class*=st-key-entries_] td:empty { display: none; }
  [class*=st-key-entries_] tr { padding: 0.5rem 0; border-bottom: 1px solid #80808060; }
  .katex-display > .katex { white-space: normal; font-size: 1em; }
  .katex-display > .katex .base { margin-block: 0.15em; }
  /* All options in view, none behind the edge */
  [data-testid=stButtonGroup] [role=radiogroup] { flex-wrap: wrap; overflow: visible; }
}
</style>""".replace("SIDEBAR", f"{SIDEBAR}px")
_frozen = False


def start(title, lead):
    """Set up the page: title, one sentence, navigation, what the player needs, the workers.

    title: one of `ui.controls.pages.PAGES`.
    """
    st.set_page_config(
        page_title=named(title),
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state=SIDEBAR,
    )
    broker.broker()
    freeze()
    st.markdown(f"### {title} :small[{lead}]")
    links, seat, notices = (st.sidebar.container() for _ in range(3))
    lesson = guide.begin(title)
    address.start(title, notices, lesson.hidden, lesson.fixed)
    navigation.show(links)
    page_export.button(links, title)
    guide.show(title, lesson, seat)


def named(title):
    """The title of a page in the browser's tab."""
    return f"{title} · {PROGRAM}"


def settings(use=None):
    """The settings of the sidebar; use: keys of controls that do something here, None for all."""
    return sidebar.settings(use)


def refuse(problem: UserError):
    """Show a mistake of the user as one sentence, and end the run."""
    say(problem)
    st.stop()


def say(problem: UserError):
    """Show a mistake of the user as one sentence; what it quotes is shown as text."""
    st.error(sentence(problem), icon=":material/info:")


def freeze():
    """Take the imported modules out of garbage collection: nobody waits while it walks through
    them, not even once, for the first visitors are there. Streamlit's own collection after every
    run is switched off in .streamlit/config.toml.
    """
    global _frozen
    if not _frozen:
        _frozen = True
        gc.freeze()
