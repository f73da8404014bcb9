"""The lessons of the folder lessons/, checked against the pages and the controls there are."""

import logging
from functools import cache

from core.classroom import lessons
from core.classroom.lessons import Lesson
from ui.controls.pages import CLASS, PAGES
from ui.controls.table import CONTROLS
from ui.escaping import shown
from ui.jobs.broker import ROOT

FOLDER = ROOT / "lessons"


@cache
def found() -> dict[str, Lesson]:
    """All lessons by name; what is wrong with them is written into the server's log, once."""
    read = lessons.folder(FOLDER, tuple(PAGES), check)
    for lesson in read.values():
        for problem in lesson.problems:
            logging.getLogger(__name__).warning("Lesson %s: %s", lesson.name, problem)
    return read


def check(key: str, page: str, given: list[str]) -> str:
    """What is wrong with a control of a page, or with its value; "" if nothing."""
    if key not in CONTROLS:
        return f"There is no control “{shown(key, 40)}”; it is left out."
    if page not in (*CONTROLS[key].pages, CLASS):  # a class trains with any settings
        return f"The page {page} has no control “{key}”; it is left out."
    if given and getattr(CONTROLS[key], "options", ()) is not None:
        _, sentence = CONTROLS[key].read(given)
        return f"{sentence} It is left out." if sentence else ""
    return ""
