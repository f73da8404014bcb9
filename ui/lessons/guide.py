"""What a lesson does to a page: the step that the address names, its texts above the page, the way
to the next step, and the question that must be answered before the run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import streamlit as st

from core.classroom.lessons import Lesson, Step, told
from ui.classroom import asking, here, seat
from ui.controls import address
from ui.controls.pages import CLASS, PAGES
from ui.controls.table import CONTROLS
from ui.escaping import sentence, shown
from ui.lessons import lesson_files, presenter

LANGUAGES = {"en": "English", "pl": "Polski"}
KEPT = "room", "me", "key", "language", "present"  # of the address, from step to step
PLACES, TARGET = "places in lessons", "page to go to"  # in the session


@dataclass(frozen=True)
class Guide:
    """What a page has to do with a lesson; most pages have nothing."""

    lesson: Lesson | None = None
    number: int = 0  # of the step, from 1
    step: Step | None = None  # None: the visitor has left the walk
    hidden: tuple = ()
    fixed: Mapping = field(default_factory=dict)
    caption: str = ""
    question: str = ""


NOTHING = Guide()


def begin(title: str) -> Guide:
    """What the address says of a lesson, before anything else of it is read; it may switch the
    page.
    """
    if lead := seat.lead(title):
        go(*lead)
    target = st.session_state.pop(TARGET, None)
    if target and target != title:
        st.switch_page(PAGES[target], query_params=address.target())
    names = {*address.LINK, "lesson", "room", "present"}
    if not names & {*st.query_params, *address.carried()}:
        return NOTHING
    lesson = lesson_files.found().get(address.asked("lesson"))
    if not lesson or not lesson.steps:
        return _of_link()
    number = _number(address.asked("step"), len(lesson.steps))
    step = lesson.steps[number - 1]
    first = (lesson.name, number) not in _places()
    if first and not {*CONTROLS} & {*st.query_params} and not address.asked("explore"):
        if step.page != title:
            _places()[lesson.name, number] = dict(step.values)
            # Of a link that was just opened nothing is carried yet
            own = {n: st.query_params.get_all(n) for n in KEPT if n in st.query_params}
            st.switch_page(PAGES[step.page], query_params=step_query(lesson, number) | own)
        st.query_params.from_dict(
            {n: st.query_params.get_all(n) for n in st.query_params} | step.values
        )
    if step.page != title or address.asked("explore"):
        return Guide(lesson, number)
    language = address.asked("language")
    fixed = {key: step.values[key] for key in step.fix if key in step.values}
    texts = told(step.caption, language), told(step.question, language)
    return Guide(lesson, number, step, step.hide, fixed, *texts)


def _of_link():
    """What a link says without a lesson; its names are those of controls, its texts anything."""
    listed = {
        name: tuple(key for key in st.query_params.get_all(name) if key in CONTROLS)
        for name in ("hide", "fix")
    }
    fixed = {key: st.query_params.get_all(key) for key in listed["fix"] if key in st.query_params}
    return Guide(
        hidden=listed["hide"],
        fixed=fixed,
        caption=address.asked("caption"),
        question=address.asked("question"),
    )


def show(title: str, guide: Guide, place):
    """Draw the band of a lesson above a page, if there is one, and in `place` the room; the page
    ends here as long as a question is to be answered first.
    """
    projected = address.given("me") == here.PROJECTOR
    hidden = projected or presenter.on()  # the sidebar
    seat.show(title, place, st.container() if hidden else place)
    presenter.show(projected, title == CLASS)
    if wrong := _wrong_in_link(guide):
        place.warning(wrong)
    if guide.lesson and guide.step:
        _places()[guide.lesson.name, guide.number] = address.settings_of_all()
    if guide is NOTHING or not (guide.lesson or guide.caption or guide.question):
        return
    with st.container(border=True, key="lesson"):
        if guide.lesson and not guide.step:
            _way_back(guide)
            return
        if guide.caption:
            st.markdown(sentence(guide.caption))
        if guide.question:
            st.markdown(f"**{sentence(guide.question)}**")
        if guide.lesson:
            _walk(guide)
        asked, key = guide.step and guide.step.predict, ""
        if asked:
            key = asking.key_of(guide.lesson.name, guide.number)
        # The page of the class has a console for the teacher
        if asked and not asking.show(key, asked, title != CLASS):
            st.stop()


def _wrong_in_link(guide):
    """What a link asks for that no lesson has, as a sentence, or ""."""
    name, step = address.given("lesson"), address.given("step")
    if name and not guide.lesson:
        return f"There is no lesson “{shown(name)}” here. The page {CLASS} lists the lessons."
    if guide.lesson and step and step != str(guide.number):
        return f"The lesson has no step “{shown(step)}”; step {guide.number} is shown."
    return ""


def _walk(guide):
    lesson, n = guide.lesson, guide.number
    with st.container(horizontal=True, vertical_alignment="center", key="walk"):
        _button("Back", "lesson_back", lesson, n - 1, n == 1)
        _button("Next", "lesson_next", lesson, n + 1, n == len(lesson.steps))
        language = address.given("language")
        st.caption(f"{shown(told(lesson.title, language))}, step {n} of {len(lesson.steps)}")
        languages = [one for one in lesson.languages if one in LANGUAGES]
        for one in languages if len(languages) > 1 else ():
            if one != (language or languages[0]):
                st.button(
                    LANGUAGES[one],
                    key=f"lesson_{one}",
                    type="tertiary",
                    on_click=address.carry,
                    kwargs={"language": one},
                )
        st.button(
            "Explore",
            key="lesson_explore",
            type="tertiary",
            on_click=address.carry,
            kwargs={"explore": "1"},
            help="Leave the walk: all controls are free. One click brings you back to this step.",
        )


def _way_back(guide):
    lesson, n = guide.lesson, guide.number
    title = shown(told(lesson.title, address.given("language")))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"You are exploring. The lesson: {title}.", width="content")
        _button(f"Back to step {n}", "lesson_return", lesson, n)
        st.button(
            "End the lesson",
            key="lesson_end",
            type="tertiary",
            on_click=address.carry,
            kwargs={"lesson": "", "step": "", "explore": ""},
        )


def _button(label, key, lesson, number, disabled=False):
    keys = {"lesson_back": "PageUp", "lesson_next": "PageDown"} if presenter.on() else {}
    st.button(
        label,
        key=key,
        disabled=disabled,
        on_click=walk_to,
        args=(lesson.name, number),
        type="primary" if key == "lesson_next" else "secondary",
        shortcut=keys.get(key),
    )


def walk_to(name: str, number: int):
    """Go to a step of a lesson, in a callback: as it was left, or as its file says."""
    lesson = lesson_files.found()[name]
    number = _number(str(number), len(lesson.steps))
    values = _places().get((name, number))
    go(lesson.steps[number - 1].page, step_query(lesson, number, values))


def go(title: str, query: Mapping):
    """Go to a page with a whole address, in a callback."""
    address.go(query)
    st.session_state[TARGET] = title


def step_query(lesson: Lesson, number: int, values: Mapping | None = None) -> dict:
    """The address of a step: its values, and what a class carries."""
    kept = {k: v for k, v in address.carried().items() if k in KEPT}
    own = {"lesson": [lesson.name], "step": [str(number)]}
    return dict(lesson.steps[number - 1].values if values is None else values) | kept | own


def link(step: Step, language: str) -> str:
    """The address of a step without a file, from the address of the program on."""
    texts = {"caption": told(step.caption, language), "question": told(step.question, language)}
    said = {name: [text] for name, text in texts.items() if text}
    query = {**step.values, "hide": list(step.hide), "fix": list(step.fix), **said}
    name = PAGES[step.page].removeprefix("pages/").removesuffix(".py").partition("_")[2]
    return f"/{name}?" + urlencode({k: v for k, v in query.items() if v}, doseq=True)


def reached(name: str) -> int:
    """The last step of a lesson that this visitor has seen; 0 if none."""
    return max((number for lesson, number in _places() if lesson == name), default=0)


def _places():
    """(lesson, step) -> the settings with which it was left, of this visitor."""
    return st.session_state.setdefault(PLACES, {})


def _number(text, most):
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() else 1
