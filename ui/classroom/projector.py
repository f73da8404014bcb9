"""What the projector shows of a room; it draws again when the room has changed."""

from collections import Counter
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.classroom import predictions, summaries
from core.classroom.lessons import told
from core.classroom.rooms import OPEN, REVEALED
from core.equations import derivations, mistake_kinds
from core.errors import UserError
from core.seeds import controls, run_measures, verdict
from core.seeds.run_measures import Measures
from core.seeds.run_set import Trials
from core.seeds.trial import Trial
from core.texts import registry
from ui.charts import drawing
from ui.classroom import asking, boards, charts, door, here, seat
from ui.controls import address
from ui.equations import mistakes
from ui.escaping import sentence, shown
from ui.jobs.follow import follow
from ui.seeds import charts as seeds_charts
from ui.seeds import many_seeds

COMPARED = run_measures.K, run_measures.FLOOR
HEIGHT = 470  # of a chart on the projector


@st.fragment
def show():
    """The page of the projector, which is drawn again when the version of the room has changed."""
    try:
        with here.room() as found:
            drawn = found.version
    except UserError as problem:
        st.warning(sentence(problem))
        return
    seat.watch(seat.VERSION, drawn)
    content()


def content():
    """Draw what the teacher has chosen."""
    with here.room() as found:
        view = found.view
    views = {
        "guesses": _guesses,
        "overlay": _runs,
        "wall": _runs,
        "boards": _boards,
        "mistakes": _mistakes,
    }
    views.get(view, _join)()


def _join():
    with here.room() as found:
        code, students = found.code, len(found.students)
    url = door.join_address(code)
    with st.container(key="code"):
        left, right = st.columns([2, 3], vertical_alignment="center")
    left.image(door.picture(url), width="stretch")
    right.markdown(f"# {code}")
    right.markdown(f"#### {shown(url, 120)}")
    right.markdown(f"### {students} joined")
    if st.get_option("server.address") in ("localhost", "127.0.0.1"):
        right.warning(
            "The program listens to this machine alone. To let others in, start it with python -m "
            "ui.open_to_class."
        )


def _guesses():
    with here.room() as found:
        key, students = found.asked, len(found.students)
        answers, stage = dict(found.answers.get(key, {})), found.stages.get(key, OPEN)
        question, truth = asking.question_of(key), asking.truth_of(found, key)
        first = question and question.again and asking.key_of(key.partition("/")[0], question.again)
        before = dict(found.answers.get(first, {})) if first else {}
        truths = asking.truth_of(found, first) if first else None, truth
    if question is None:
        st.info("No question has been asked yet.")
        return
    st.markdown(f"#### {sentence(told(question.text, address.asked('language')))}")
    st.markdown(f"**{len(answers)}** of {students} have answered; the question is **{stage}**.")
    if stage == OPEN:
        st.caption("The answers are shown when the question is closed.")
        return
    known = truth if stage == REVEALED else None
    with st.container(key="guesses"):
        _histogram(question, answers, known)
    if known is not None:
        _scored(question, known, answers)
        if first and truths[0] is not None:
            _better(question, truths, before, answers)


def _histogram(question, answers, truth):
    bars = predictions.histogram(question, answers)
    if question.choices:
        rows = pd.DataFrame([(name, n) for name, _, n in bars], columns=["choice", "count"])
        drawing.draw(st, charts.choices, question.choices, truth, rows=rows, height=HEIGHT - 130)
        return
    lines = {"in truth": truth, "at random": None if truth is None else question.chance}
    rows = charts.guess_rows(bars, lines)
    limits = question.low, question.high, question.unit
    drawing.draw(st, charts.guesses, *limits, rows=rows, height=HEIGHT - 130)


def _scored(question, truth, answers):
    found = predictions.score(question, truth, answers)
    if not found:
        return
    if question.choices:
        st.markdown(
            f"In truth: **{shown(truth)}**. **{1 - found.error:.0%}** of {found.answers} answers "
            f"are right; choices at random would be right in {1 - found.chance:.0%}."
        )
        return
    chance = f" The gray line lies {found.chance:g} away." if found.chance is not None else ""
    st.markdown(
        f"In truth: **{truth:g}{shown(question.unit)}**. Half of the {found.answers} answers lie "
        f"within **{found.error:g}** of it.{chance}"
    )


def _better(question, truths, before, answers):
    nearer, farther, same = predictions.better(question, truths, before, answers)
    both = nearer + farther + same
    if not both:
        return
    said = "The class got better" if nearer > farther else "The class did not get better"
    st.markdown(
        f"**{said}.** Of {both} who also answered the first question, {nearer} came nearer to the "
        f"truth, {farther} less near, and {same} as near."
    )


def _runs():
    with here.room() as found:
        view, run, judged = found.view, found.run, found.controls
        results = list(found.results.get(run[0], {}).values()) if run else []
    if not results:
        st.info("No run has come yet. Each student trains on the page Class.")
        return
    results.sort(key=lambda result: result.seed)
    status, said = st.container(), st.container()
    left, right = st.columns([8, 5], gap="medium")
    try:
        with status:
            trials = _trials(run[1], [result.seed for result in results])
    except UserError as problem:
        st.warning(sentence(problem))
        return
    if trials is None:
        return
    chosen = summaries.words(trials.facts)
    with left:
        _pictures(view, results, chosen)
    with right:
        _chance(results, trials.facts)
    with said:
        _verdict(run[1], trials, chosen, run[0] == judged)


def _boards():
    found = boards.of_class()
    if found is None:
        st.info("No board has come yet: page Seeds, Your board, and every word in its place.")
        return
    left, right = st.columns([8, 5], gap="medium")
    with left:
        boards.overlay(*found, HEIGHT)
    with right:
        boards.told(found[1])
        with here.room() as room:
            run, seeds = room.run, sorted(room.results.get(room.run[0], ()) if room.run else ())
        if not seeds:
            st.caption("No run of the class has come yet that the boards could be compared with.")
        elif (trials := _trials(run[1], seeds)) is not None:
            boards.nearest_runs(*found, trials, [str(run.settings.seed) for run in trials.runs])


def _trials(run, seeds):
    """The runs of these seeds: computed already, or once more if the server has dropped them."""
    text, settings = run
    stamp = registry.stamp(text.corpus)
    task = "core.background_tasks:attempt"
    requests = {str(seed): (task, text, replace(settings, seed=seed), stamp) for seed in seeds}
    items, complete = follow(requests, key="room_runs", said="Collecting the runs")
    ended = [part for part in items.values() if part and isinstance(part[-1], Trial)]
    return Trials(tuple(part[-1] for part in ended), ended[0][0]) if complete and ended else None


def _pictures(view, results, chosen):
    if not chosen.words:
        st.info("This text has no words to show.")
        return
    pictures, seeds = summaries.pictures(results), [str(result.seed) for result in results]
    if view == "wall":
        n = len(results)
        many_seeds.draw_pictures(
            st, seeds, [""] * n, [""] * n, pictures, [False] * n, chosen, HEIGHT
        )
        return
    groups = tuple(dict.fromkeys(chosen.groups))
    rows = charts.overlay_rows(chosen, seeds, pictures)
    drawing.draw(st, charts.overlay, groups, rows=rows, height=HEIGHT)


def _chance(results, facts):
    share, chance = summaries.shared(results, facts)
    shown = [result.shown for result in results]
    st.markdown(f"### {len(results)} seeds")
    st.markdown(
        "These words are one group, or too few to tell."
        if None in shown
        else f"The groups are there in **{sum(shown)}** of {len(shown)} runs."
    )
    if len(results) < 2:
        return
    rows = pd.DataFrame(
        [("these runs", share, share, share), ("chance", chance, chance, chance)],
        columns=["name", "mean", "low", "high"],
    )
    drawing.draw(st, seeds_charts.overlap, rows=rows, height=130)
    st.caption(f"The {summaries.WORDS} most frequent words, {run_measures.K} neighbors of each.")


def _verdict(run, trials, chosen, with_controls):
    items, complete = follow(
        {"": ("core.seeds.run_measures:of_trials", trials, chosen, *COMPARED)},
        key="room_measures",
        said="Judging",
    )
    if not complete:
        return
    case = verdict.case(items[""][-1], trials.facts, chosen)
    if with_controls and len(trials.runs) > 1:
        case = verdict.case(case.before, trials.facts, chosen, _controls(run, trials, chosen))
    judged, n = verdict.judge(case), len(trials.runs)
    st.markdown(f"#### After {n} seed{'s' * (n > 1)}: {judged.title}.")
    st.markdown(judged.verdict)


def _controls(run, trials, chosen):
    text, settings = run[0], trials.runs[0].settings
    rows, labels = run_measures.grouped(chosen, trials.facts.index)
    arguments = tuple(rows), tuple(labels.tolist()), *COMPARED
    stamp = registry.stamp(text.corpus)
    requests = {
        control.name: (
            *("core.background_tasks:control", text, settings, stamp, control.name),
            *arguments,
        )
        for control in controls.CONTROLS
    }
    items, _ = follow(requests, key="room_controls_run", said="Running the controls")
    ended = {name: part[-1] for name, part in items.items() if part}
    return {k: m for k, m in ended.items() if m is None or isinstance(m, Measures)}


def _mistakes():
    with here.room() as found:
        typed, chosen = [mistake for _, mistake in found.mistakes], found.shown
    counts = Counter(mistake.kind for mistake in typed)
    if not typed:
        st.info("Nobody has typed a derivative yet: page Equations, Find the mistake, my own.")
        return
    left, right = st.columns([2, 3], gap="large")
    kinds = (mistake_kinds.RIGHT, *mistake_kinds.KINDS)
    rows = pd.DataFrame([(kind, counts[kind]) for kind in kinds], columns=["choice", "count"])
    with left:
        drawing.draw(st, charts.choices, kinds, mistake_kinds.RIGHT, rows=rows, height=HEIGHT)
    with right:
        if chosen:
            st.markdown(f"**{shown(chosen.kind)}**, in the gradient {shown(chosen.target)}")
            st.code(chosen.expression, language="python", wrap_lines=True)
            scene = derivations.default_scene()
            try:
                judged = derivations.judge(chosen.expression, chosen.target, scene)
            except UserError as problem:  # it fits the student's own words alone
                st.markdown(sentence(problem))
                return
            st.markdown(sentence(judged.sentence))
            mistakes.entries(scene, chosen.target, judged)
