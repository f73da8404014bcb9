"""The page of the class: lessons, rooms, and the editor of lessons."""

import streamlit as st

from core.classroom import lessons
from core.classroom.lessons import Lesson, Step, told
from core.errors import UserError
from ui.classroom import door, here, projector, student, teacher
from ui.controls import address
from ui.controls.pages import CLASS, PAGES
from ui.controls.table import CONTROLS
from ui.escaping import sentence, shown
from ui.lessons import guide, lesson_files, presenter


def show():
    """Draw what the visitor is here for."""
    role = _role()
    if role == here.PROJECTOR:
        projector.show()
        return
    if role == here.STUDENT:
        student.show()
        return
    if role == here.TEACHER:
        teacher.show()
        if presenter.on():
            return
    if not role:
        door.show()
    st.markdown("#### Lessons")
    for lesson in lesson_files.found().values():
        _lesson(lesson)
    with st.expander("Make a lesson step of what I see now"):
        _editor()


def _role():
    if not here.code():
        return here.NOBODY
    try:
        with here.room() as found:
            return here.role(found)
    except UserError:
        return here.NOBODY  # the sidebar says why


def _lesson(lesson: Lesson):
    language = address.given("language")
    if lesson.steps:
        with st.container(horizontal=True, vertical_alignment="center"):
            at = guide.reached(lesson.name)
            st.button(
                f"Continue at step {at}" if at > 1 else "Start",
                key=f"start {lesson.name}",
                on_click=guide.walk_to,
                args=(lesson.name, max(at, 1)),
            )
            st.markdown(
                f"**{shown(told(lesson.title, language))}** "
                f"({len(lesson.steps)} steps). {sentence(told(lesson.about, language))}"
            )
    for problem in lesson.problems:
        st.warning(sentence(problem))


def _editor():
    st.caption(
        "Set up the page as the step should begin, come back here, and write its texts. The lines "
        "belong in a file of the folder lessons/, the link works without a file."
    )
    page = st.selectbox("Page", [title for title in PAGES if title != CLASS], key="step_page")
    own = [key for key, control in CONTROLS.items() if page in control.pages]
    hide = st.multiselect("Hide", own, key="step_hide", format_func=_label)
    seen = {k: given for k, given in address.settings_of_all().items() if k in own}
    fix = st.multiselect("Cannot be changed", list(seen), key="step_fix", format_func=_label)
    language = st.selectbox("Language", list(guide.LANGUAGES), key="step_language")
    caption = st.text_area("Caption", key="step_caption", max_chars=lessons.WORDS)
    question = st.text_input("Question", key="step_question", max_chars=lessons.WORDS)
    texts = [{language: " ".join(t.split())} if t.strip() else {} for t in (caption, question)]
    step = Step(page, seen, tuple(hide), tuple(fix), *texts)
    st.code(lessons.lines(step), language="toml", wrap_lines=True)
    st.code(guide.link(step, language), language=None, wrap_lines=True)


def _label(key):
    return f"{CONTROLS[key].label} ({key})"
