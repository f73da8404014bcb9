"""A question before the run: students predict, the teacher closes and reveals."""

import streamlit as st

from core.classroom import predictions
from core.classroom.lessons import MEASURES, Question, told
from core.classroom.rooms import CLOSED, OPEN, REVEALED, Room
from core.equations.derivations import REGISTRY
from core.errors import UserError
from ui.classroom import here
from ui.controls import address
from ui.escaping import sentence, shown
from ui.lessons import lesson_files

ALONE = "answers without a room"  # in the session: question -> answer
VOTES = "right", "wrong"
SAID = "answer refused"


def key_of(lesson: str, step: int) -> str:
    """The name of the question of a step."""
    return f"{lesson}/{step}"


def question_of(key: str) -> Question | None:
    """The question with a name: of a lesson's step, or a vote on a derivation."""
    room, _, rest = key.partition("/")
    if room == "vote":
        if rest not in REGISTRY:
            return None
        truth = VOTES[bool(REGISTRY[rest].mistake)]
        return Question({"en": f"Is this derivation right? ({rest})"}, choices=VOTES, truth=truth)
    lesson = lesson_files.found().get(room)
    n = int(rest) if rest.isdigit() else 0
    return lesson.steps[n - 1].predict if lesson and 0 < n <= len(lesson.steps) else None


def truth_of(room: Room, key: str) -> float | str | None:
    """What turned out to be true: told by the teacher, in the lesson, or by the runs so far."""
    question = question_of(key)
    if key in room.truths or question is None:
        return room.truths.get(key)
    if question.truth not in MEASURES:
        return question.truth
    runs = list(room.results.get(room.run[0] if room.run else "", {}).values())
    shown = [run.shown for run in runs]
    return None if None in shown or not shown else 100 * sum(shown) / len(shown)


def show(key: str, question: Question, stages: bool = True) -> bool:
    """Draw a question; True if what it locks may be shown. stages: the teacher sets them here."""
    ask, role = told(question.text, address.given("language")), ""
    stage, mine = OPEN, st.session_state.setdefault(ALONE, {}).get(key)
    if here.code():
        try:
            with here.room() as found:
                role = here.role(found)
                if role == here.TEACHER:
                    found.ask(key)
                stage = found.stages.get(key, OPEN)
                if role == here.STUDENT:
                    mine = found.students[address.asked("me")].answers.get(key)
        except UserError:
            role = ""  # the sidebar says why
    st.markdown(f"**Predict:** {sentence(ask)}")
    if role == here.STUDENT and here.stored():
        st.caption(here.stored())
    if role == here.TEACHER:
        if stages:
            console(key)
        return True
    if stage == OPEN:
        _widget(key, question, mine)
    if mine is not None:
        st.caption(f"Your prediction: **{_shown(mine, question)}**{_outcome(question, role)}")
    elif stage != OPEN:
        st.caption("The question is closed.")
    return mine is not None or stage != OPEN


def _widget(key, question, mine):
    with st.container(horizontal=True, vertical_alignment="bottom", key="predict"):
        name, label = f"answer {key}", "Your prediction"
        if question.choices:
            st.segmented_control(
                label, question.choices, key=name, on_change="ignore", label_visibility="collapsed"
            )
        else:
            st.number_input(
                f"{label}{question.unit and f' ({shown(question.unit)})'}, from {question.low:g} "
                f"to {question.high:g}",
                question.low,
                question.high,
                None,
                key=name,
                format="%g",
                on_change="ignore",
                width=300,
            )
        label = "Change it" if mine is not None else "Predict, then go on"
        st.button(label, key=f"send {key}", type="primary", on_click=_send, args=(key, question))
    if said := st.session_state.pop(SAID, ""):
        st.warning(sentence(said))


def _send(key, question):
    address.hear()
    try:
        given = predictions.accept(question, st.session_state.get(f"answer {key}"))
    except UserError as problem:
        st.session_state[SAID] = str(problem)
        return
    if here.is_(here.STUDENT):
        st.session_state[SAID] = here.send(lambda room, me: room.answer(me, key, given))
        if not st.session_state[SAID]:
            here.keep(key, given)
    else:
        st.session_state.setdefault(ALONE, {})[key] = given


def _outcome(question, role):
    """Without a room nobody reveals: the truth stands there at once."""
    if role or question.truth is None or question.truth in MEASURES:
        return ""
    return f". In truth: **{_shown(question.truth, question)}**."


def _shown(answer, question):
    return shown(answer if isinstance(answer, str) else f"{answer:g}{shown(question.unit)}")


def console(key: str):
    """What the teacher sees of a question: how many have answered, and the way to its stages."""
    question = question_of(key)
    with here.room() as found:
        stage, count = found.stages.get(key, OPEN), len(found.answers.get(key, ()))
        students, truth = len(found.students), truth_of(found, key)
    with st.container(horizontal=True, vertical_alignment="bottom", key="stages"):
        st.markdown(f"{count} of {students} have answered; **{stage}**.", width="content")
        if truth is None and question:
            _told_truth(key, question)
        for label, goal in (("Open", OPEN), ("Close", CLOSED), ("Reveal", REVEALED)):
            st.button(
                label,
                key=f"{goal} {key}",
                disabled=stage == goal,
                on_click=_stage,
                args=(key, goal),
            )


def _told_truth(key, question):
    label = "In truth"
    if question.choices:
        st.segmented_control(label, question.choices, key=f"truth {key}", on_change="ignore")
    else:
        st.number_input(label, value=None, key=f"truth {key}", on_change="ignore", width=140)


def _stage(key, goal):
    truth = st.session_state.get(f"truth {key}")
    here.teach("stage", key, goal, truth)
    here.teach("show", "guesses")


def vote(derivation: str):
    """Ask a class whether a derivation is right."""
    key = f"vote/{derivation}"
    question = question_of(key)
    if here.code() and question:
        show(key, question)
