"""The page Class in its four roles, and what a room does to other pages."""

import json
from types import SimpleNamespace

import pytest
from pages_for_tests import finished, opened

from core.classroom import receipts
from core.classroom.rooms import REVEALED
from core.errors import UserError
from ui.charts import drawing, theme
from ui.classroom import charts, here
from ui.lessons import guide, presenter

PAGE = "pages/10_Class.py"
SMALL = {"tokens": "5000", "epochs": "1"}
STEP = {"lesson": "1_was_it_the_seed", "step": "2"}


def press(app, label):
    (button,) = [button for button in app.button if button.label == label]
    return finished(button.click().run())


def texts(app):
    kinds = "markdown", "caption", "info", "warning", "error", "success"
    return " ".join(one.value for kind in kinds for one in app.get(kind))


@pytest.fixture
def teacher():
    return press(opened(PAGE, **SMALL), "Open a room")


def query(app):
    given = app.query_params
    return {k: v[0] if isinstance(v, list) else v for k, v in given.items()}


@pytest.fixture
def code(teacher):
    return query(teacher)["room"]


def student(code, script=PAGE, **more):
    return opened(script, room=code, **more)


def trained(app):
    (label,) = [b.label for b in app.button if b.label.startswith("Train seed")]
    return press(app, label)


def room(code):
    return here.ROOMS.rooms[code]


def test_each_student_trains_the_next_seed_and_each_counts_once(teacher, code):
    for k in (1, 2):
        page = trained(student(code))
        assert f"Your seed is **{k}**" in texts(page) and "It is in the room" in texts(page)
        finished(page.run())
    (seeds,) = room(code).results.values()
    assert sorted(seeds) == [1, 2]
    assert "**2** joined, **2** runs" in texts(finished(teacher.run()))


def test_the_projector_shows_what_the_teacher_chooses(teacher, code):
    me = {"room": code, "me": here.PROJECTOR}
    assert f"# {code}" in texts(opened(PAGE, **me))
    for _ in range(2):
        trained(student(code))
    for view in ("All runs in one picture", "A picture of each run"):
        press(finished(teacher.run()), view)
        page = opened(PAGE, **me)
        assert "After 2 seeds" in texts(page) and "**0** of 2 runs" in texts(page)
        assert len(page.get("vega_lite_chart")) == 2
    press(finished(teacher.run()), "Wall of mistakes")
    assert "Nobody has typed" in texts(opened(PAGE, **me))


def test_boards_of_the_class_are_compared_and_laid_on_each_other(teacher, code):
    page = opened(PAGE, room=code, me=here.PROJECTOR)
    part = {
        "seeds_part": "Your board",
        "show": "own",
        "words": "jest nie; to ale",
        "explore": "1",
        **SMALL,
    }
    boards = "1 0 jest; 0 1 nie; -1 0 to; {} 0.1 ale".format
    first = student(code, "pages/2_Seeds.py", **part, board=boards(0.5))
    assert "No other student has placed these words" in texts(first)
    second = student(code, "pages/2_Seeds.py", **part, board=boards(0.6))
    assert "100% of the nearest word of each word on your board" in texts(second)
    assert len(second.get("vega_lite_chart")) == 1
    assert "board of another student" in texts(finished(first.run()))
    press(finished(teacher.run()), "Boards of the class")
    page = opened(PAGE, room=code, me=here.PROJECTOR)
    assert "2 boards" in texts(page) and "Two students share **100%**" in texts(page)
    trained(student(code))
    page = opened(PAGE, room=code, me=here.PROJECTOR)
    assert "most with the class's mean board" in texts(page)
    second.toggle(key="board_judged").set_value(True).run()
    assert "The seeds are the 1 that the class has trained" in texts(finished(second))
    assert len(room(code).boards) == 2


def test_the_class_predicts_and_the_projector_reveals(teacher, code):
    lesson = opened(PAGE, **STEP, **query(teacher))
    assert "0 of 0 have answered" in texts(lesson)
    answers = (40.0, 60.0)
    for value in answers:
        page = student(code, **STEP)
        assert not [b for b in page.button if b.label.startswith("Train seed")]  # locked
        page.number_input[0].set_value(value)
        page = press(page, "Predict, then go on")
        assert f"Your prediction: **{value:g}%**" in texts(page)
        assert [b for b in page.button if b.label.startswith("Train seed")]
    page = opened(PAGE, room=code, me=here.PROJECTOR)
    lesson = press(finished(lesson.run()), "Close")
    page = opened(PAGE, room=code, me=here.PROJECTOR)
    assert "the question is **closed**" in texts(page) and "In truth" not in texts(page)
    page = student(code, **STEP)
    assert "The question is closed" in texts(page)
    trained(page)
    press(finished(lesson.run()), "Reveal")
    page = opened(PAGE, room=code, me=here.PROJECTOR)
    assert "In truth: **0%**" in texts(page) and "within **50** of it" in texts(page)
    assert room(code).stages["1_was_it_the_seed/2"] == REVEALED


def test_a_student_who_floods_is_told_and_others_go_on(teacher, code):
    opened(PAGE, **STEP, **query(teacher))
    pages = [student(code, **STEP) for _ in range(2)]
    room(code).students[query(pages[0])["me"]].tokens = -1_000.0  # after so many messages
    for page in pages:
        page.number_input[0].set_value(30)
    flooding, other = (press(page, "Predict, then go on") for page in pages)
    assert "Too much at once" in texts(flooding) and "Your prediction: **30%**" in texts(other)
    assert room(code).answers["1_was_it_the_seed/2"] == {1: 30.0}


def test_alone_one_predicts_too():
    page = opened("pages/6_Dropout.py", lesson="4_how_sure_is_a_network", step="1", drop_p="0.5")
    assert not page.metric and "Predict:" in texts(page)
    page.number_input[0].set_value(2)
    page = press(page, "Predict, then go on")
    assert "Your prediction: **2**. In truth: **2**." in texts(page)


def test_votes_and_mistakes_reach_the_room(teacher, code):
    here_ = {"gr_view": "Find the mistake", "room": code, "explore": "1"}
    me = query(student(code))["me"]
    page = opened("pages/3_Equations.py", **here_, me=me, gr_derivation="B")
    assert "Is this derivation right?" in texts(page)
    page = opened(
        "pages/3_Equations.py",
        **here_,
        me=me,
        gr_derivation="my own",
        gr_expression="U.T @ (y - y_hat)",
    )
    assert "Red" in texts(page)
    assert [mistake.kind for _, mistake in room(code).mistakes] == ["sign"]
    teacher = press(finished(teacher.run()), "Wall of mistakes")
    press(teacher, _labelled(teacher, "sign:"))
    page = opened(PAGE, room=code, me=here.PROJECTOR)
    assert "U.T @ (y - y_hat)" in [one.value for one in page.code]


def _labelled(app, start):
    return next(button.label for button in app.button if button.label.startswith(start))


@pytest.mark.parametrize("wrong", ["ABCD", "<img src=x>", "x" * 3_000, "nan"])
@pytest.mark.parametrize("script", [PAGE, "pages/7_Glossary.py"])
def test_a_wrong_or_old_code_is_said_in_a_sentence(wrong, script):
    page = opened(script, room=wrong, me="0" * 16)
    assert "There is no room" in texts(page) and "<img" not in texts(page)
    press(page, "Leave the room")


def test_a_wrong_key_opens_nothing(teacher, code):
    page = opened(PAGE, room=code, key="0" * 32)
    assert "not the teacher" in texts(page)
    assert not [b for b in page.button if b.label == "Wall of mistakes"]


def test_students_follow_the_teacher_until_they_explore(teacher, code):
    page = student(code)
    opened("dashboard.py", **SMALL, room=code, key=query(teacher)["key"], seed="7", dim="3")
    with pytest.raises(AssertionError):  # a page alone cannot go to another one
        finished(page.run())
    lead = room(code).lead
    assert lead[0] == "Train" and lead[1]["seed"] == ["7"] and "key" not in lead[1]
    page = student(
        code, "dashboard.py", me=query(student(code, explore="1"))["me"], explore="1", **SMALL
    )
    assert query(page).get("seed") is None
    page = press(page, "Follow the teacher")
    assert query(page)["seed"] == "7" and query(page)["dim"] == "3"


def watched(app):
    found = [json.loads(one.proto.json) for one in app.get("bidi_component")]
    return {one["what"]: one["drawn"] for one in found if "what" in one}


def test_pages_know_what_they_were_drawn_from(teacher, code):
    drawn = {"version": room(code).version, "there": 1}
    assert watched(finished(teacher.run())) == drawn
    assert watched(opened(PAGE, room=code, me=here.PROJECTOR)) == drawn
    assert watched(student(code)) == {"turns": room(code).turns}
    assert watched(student(code, explore="1")) == {"there": 1}
    assert watched(opened("pages/7_Glossary.py", **query(teacher))) == {"there": 1}


def test_a_room_that_vanishes_in_mid_class_is_told_to_everybody(teacher, code):
    pages = [teacher, opened(PAGE, room=code, me=here.PROJECTOR), trained(student(code))]
    here.ROOMS.rooms.clear()  # as a server that is started again
    for page in pages:
        page = finished(page.run())
        assert "There is no room" in texts(page) and not page.exception
        in_view = [one.value for one in page.main.warning]  # a projector has no sidebar
        assert bool(in_view) == (page is pages[1])
        page = press(page, "Leave the room")
        assert "room" not in query(page) and "Open a room" in [b.label for b in page.button]


def test_a_receipt_is_the_same_on_both_pages(teacher, code):
    lines = [one.value for one in trained(student(code)).code if len(one.value) == 60]
    page = opened("dashboard.py", **SMALL, room=code, me=query(student(code))["me"], explore="1")
    assert lines == [one.value for one in page.code if len(one.value) == 60]
    assert receipts.read(lines[0]).settings.seed == 1
    page = opened("dashboard.py", **SMALL)
    assert not [one for one in page.code if len(one.value) == 60]


def test_a_room_that_is_gone_is_refused_by_its_code():
    with pytest.raises(UserError), here.ROOMS.at("ZZZZ", 0.0):
        pass


def test_a_link_to_a_step_keeps_room_and_view_on_the_way_to_its_page(monkeypatch):
    gone = {}
    monkeypatch.setattr(
        guide.st, "switch_page", lambda page, query_params: gone.update(query_params)
    )
    given = {"room": "BCDF", "me": "0" * 16, "present": "1", "language": "pl"}
    opened(PAGE, **STEP | {"step": "3"}, **given)
    assert given.items() <= {k: v[0] for k, v in gone.items() if isinstance(v, list)}.items()


def test_the_presenter_sees_large_charts():
    place = SimpleNamespace(vega_lite_chart=lambda spec, **options: spec.get("background"))
    rows = charts.guess_rows([(0, 1, 2)], {})

    def mark(height):
        return drawing.draw(place, charts.guesses, 0, 1, "", rows=rows, height=height)

    assert mark(470) == drawing.MARK and mark(130) is None
    assert drawing.MARK in presenter.STYLE and theme.config()["background"] != drawing.MARK


def test_the_teacher_presents_what_the_projector_shows(teacher, code):
    press(teacher, "Predictions")
    page = opened(PAGE, **query(teacher), present="1")
    assert "No question has been asked yet" in texts(page)
    assert "Open a room" not in texts(page) and not [b for b in page.button if b.key == "view wall"]
    room(code).students.clear()
    here.ROOMS.rooms.clear()
    assert [one for one in finished(page.run()).main.warning if "There is no room" in one.value]
