"""The line that a student hands in, drawn where a class is at work: in a room or in a lesson."""

import math

import streamlit as st

from core.classroom import receipts
from core.classroom.receipts import Receipt
from core.errors import UserError
from core.settings import TextSettings, TrainSettings
from core.vectors.neighbors_and_clusters import first_direction
from core.word2vec.training import Run
from ui.classroom import asking, here
from ui.controls import address
from ui.escaping import sentence


def wanted() -> bool:
    """Whether the visitor is in a room or in a lesson."""
    return bool(address.carried())


def of_run(place, text: TextSettings, settings: TrainSettings, run: Run):
    """Draw the receipt of a finished run of the page Train."""
    gap = (run.losses.shuffled - run.losses.loss) / run.losses.loss
    energy = first_direction(run.center)
    draw(place, Receipt(text, settings, run.losses.loss, gap, energy, prediction()))


def draw(place, receipt: Receipt):
    """Draw a receipt, to be copied."""
    try:
        line = receipts.write(receipt)
    except UserError as problem:
        place.caption(sentence(problem))
        return
    guess = "" if math.isnan(receipt.prediction) else f" and your prediction {receipt.prediction:g}"
    place.caption(f"Your receipt: the settings, three numbers{guess} in a line to hand in.")
    place.code(line, language=None, wrap_lines=True)


def prediction() -> float:
    """The number that the student predicted last; nan without one."""
    answers = list(st.session_state.get(asking.ALONE, {}).values())
    if here.code() and here.is_(here.STUDENT):
        with here.room() as found:
            student = found.students[address.asked("me")]
            answers = [v for k, v in student.answers.items() if not k.startswith("run ")]
    numbers = [value for value in answers if isinstance(value, float)]
    return numbers[-1] if numbers else math.nan
