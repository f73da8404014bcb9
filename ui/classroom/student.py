"""What a student does on the page of the class: train the next seed, and see it join the others."""

from dataclasses import replace

import streamlit as st

from core.classroom import receipts, summaries
from core.errors import UserError
from core.seeds.trial import Trial
from core.texts import registry
from core.texts.corpus import Facts
from ui import page
from ui.classroom import handing_in, here
from ui.controls import address
from ui.jobs.follow import Redrawn, follow
from ui.seeds import many_seeds
from ui.seeds.run_links import run_link

SAYS = {
    True: ":green[**Groups**]",
    False: ":red[**No groups**]",
    None: ":gray[**One group, or too few words to tell**]",
}
TRAINS = "trains for the class"  # in the session: the name of the settings


def show():
    """Draw the button that trains, the result, and how far the class is."""
    with here.room() as found:
        number, run = found.students[address.asked("me")].number, found.run
        done = len(found.results.get(run[0], ())) if run else 0
    if run is None:
        st.info("Wait for the teacher: there is nothing to train yet.")
        return
    name, (text, settings) = run
    settings = replace(settings, seed=settings.seed + number)
    st.markdown(f"Your seed is **{settings.seed}**. Runs of the class so far: **{done}**.")
    if st.session_state.get(TRAINS) != name:
        st.button(
            f"Train seed {settings.seed}",
            key="room_train",
            type="primary",
            on_click=_train,
            args=(name,),
        )
        return
    try:
        _trained(name, text, settings)
    except UserError as problem:
        page.refuse(problem)


def _train(name):
    address.hear()
    st.session_state[TRAINS] = name


def _trained(name, text, settings):
    request = "core.background_tasks:attempt", text, settings, registry.stamp(text.corpus)
    place = Redrawn(st, 420)
    items, complete = follow(
        {"run": request},
        lambda items: _draw(place, items["run"], text, settings),
        key="room_run",
        said=f"Training seed {settings.seed}",
    )
    news = items["run"]
    if not complete or not isinstance(news[-1], Trial):
        return
    result = summaries.summary(news[-1], news[0])
    with here.room() as found:
        new = settings.seed not in found.results.get(name, {})
    if new and (said := here.send(lambda room, me: room.result(me, name, result))):
        st.warning(said)
    score = "" if result.score != result.score else f", silhouette score **{result.score:.2f}**"
    st.markdown(f"{SAYS[result.shown]}{score}, loss **{result.loss:.3f}** nats. It is in the room.")
    handing_in.draw(st, receipts.of_trial(text, news[-1], handing_in.prediction()))


def _draw(place, items, text, settings):
    facts = next((item for item in items if isinstance(item, Facts)), None)
    if facts is not None:
        newest, link = many_seeds.newest(items), run_link(text, settings)
        chosen = summaries.words(facts)
        many_seeds.arriving(place, [str(settings.seed)], [link], [newest], facts, chosen, True, 420)
